//! What a document holds, before it is laid out.

/// Language of a document's text (BCP 47).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `it-IT`.
    Italian,
    /// `en-GB`.
    English,
}

/// A document: a title, and blocks in reading order.
#[derive(Clone, PartialEq, Eq)]
pub struct Print {
    /// Shown as the first heading and as the document's title.
    pub title: String,
    /// Language of every text in it.
    pub language: Language,
    /// Whether each page says that it is an example.
    pub example: bool,
    /// What follows the title.
    pub blocks: Vec<Block>,
}

/// One piece of a document.
#[derive(Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading: 2 under the title, 3 under a 2.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// Names and values, such as `Codice fiscale` and the code.
    Facts(Vec<(String, String)>),
    /// Rows and columns.
    Table(Table),
    /// A code to be typed: large, its symbols in groups, read symbol by symbol.
    Code(String),
    /// An empty line to write on, with what belongs there.
    Field(String),
    /// What follows begins a new page.
    PageBreak,
}

/// A table whose first row names its columns.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// What the table shows, for who does not see it.
    pub summary: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Columns whose cells are numbers, by position.
    pub numbers: Vec<usize>,
    /// Rows, each as wide as the columns.
    pub rows: Vec<Vec<String>>,
}

/// Writes `Debug` that prints nothing of what a document holds: a letter holds half a PIN.
macro_rules! silent {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "([secret])"))
            }
        }
    )*};
}
silent!(Print, Block, Table);
