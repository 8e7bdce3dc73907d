//! The kinds of files that items are made of, and that are made of items.

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Rows of values with a character between them.
    Csv,
    /// Any JSON.
    Json,
    /// Anything that people read.
    Text,
    /// A sheet of Excel.
    Xlsx,
    /// A page of the web.
    Html,
}

impl FileKind {
    /// The usual ending of its file name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Text => "txt",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
        }
    }
}
