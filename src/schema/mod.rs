//! Schemas for admins: what can be labeled, what is asked about it, and the editor of all of it.

mod attribute;
mod bar;
mod drag;
mod fields;
mod files;
mod head;
mod history;
mod keep;
mod kinds;
mod labels;
mod lines;
mod list;
mod onto;
mod options;
mod overview;
mod page;
mod picker;
mod preview;
mod publish;
mod rail;
mod rebase;
mod scope;
mod state;
mod tree;
mod versions;
pub mod words;

pub use list::SchemasPage;
pub use page::SchemaPage;
pub use publish::Differences;
