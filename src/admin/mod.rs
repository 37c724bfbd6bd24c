//! Pages for admins: who changed what.

mod changes;
mod read;

pub use changes::ChangesPage;
pub use read::{Answer, nothing, read};
