//! From a draft to what is in Diffgram: the review of what it changes, the run that makes it so, and what came between.

mod came_between;
mod differences;
mod groups;
mod impact;
mod review;
mod run;
mod send;
mod three;
mod warnings;

pub use came_between::Troubles;
pub use differences::Differences;
pub use review::Review;
pub use run::RunBar;
