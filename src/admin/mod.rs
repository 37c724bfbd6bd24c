//! Pages for admins: who changed what, jobs, how far Diffgram has been read, host apps.

mod changes;
mod health;
mod hosts;
mod jobs;
mod read;
mod reading;
mod snippets;
mod writing;

pub use changes::ChangesPage;
pub use hosts::HostsPage;
pub use jobs::JobsPage;
pub use read::{Answer, nothing, read};
pub use reading::ReadingPage;
