"""Pure text: words, sentences, paragraphs, names and ratings. No files, no Discord, no clock."""
