"""Works of the Archive of Our Own, and of archives that run its software.

``download`` reads what its Download button gave, as one page of HTML or as an
EPUB made of it, in the layouts of every period; ``work_page`` reads a page of
the site that a browser saved. Both hand the labelled facts to ``labels``.
Class names are changed by converters; ids, labels and order are not, so those
decide.
"""
