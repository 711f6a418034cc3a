"""Markup to blocks: one tree for HTML and XHTML, one converter for pages and books.

``tree`` parses, ``looks`` reads the little of style sheets that means
something, ``blocks`` walks the tree, ``tidy`` tells scene breaks, quotes and
walls from what was walked, ``plain`` reads a page of no known layout.
"""
