//! Pages for admins: who changed what, jobs, how far Diffgram has been read.

mod changes;
mod jobs;
mod read;
mod reading;

pub use changes::ChangesPage;
pub use jobs::JobsPage;
pub use read::{Answer, nothing, read};
pub use reading::ReadingPage;
