//! Pages for admins: who changed what.

mod changes;
mod jobs;
mod read;

pub use changes::ChangesPage;
pub use jobs::JobsPage;
pub use read::{Answer, nothing, read};
