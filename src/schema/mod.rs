//! Schemas for admins: what can be labeled, what is asked about it, and the editor of a question.

mod apply;
mod conflict;
mod detail;
mod editor;
mod fields;
mod history;
mod keep;
mod list;
mod options;
mod outcome;
mod picker;
mod preview;
mod rebase;
mod review;
mod state;
mod tree;
pub mod words;

pub use detail::SchemaPage;
pub use editor::AttributePage;
pub use list::SchemasPage;
