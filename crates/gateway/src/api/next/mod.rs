//! What to do next: how much there is, taking a task, giving it back; and jobs, for admins.

pub mod give_back;
pub mod jobs;
pub mod take;
pub mod up_next;

use axum::http::StatusCode;
use portal_model::problem::ProblemType;

use crate::{claims::Error, problem::Reply};

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        let conflict =
            |title: &str, detail: &str| Self::new(StatusCode::CONFLICT, ProblemType::Conflict, title, detail);
        match &error {
            Error::NotFound => Self::not_found("This task does not exist, or is not yours to take or give back."),
            Error::Lost => conflict("Somebody else was first", "Others have taken these tasks. Take the next one."),
            Error::Assigned => conflict(
                "It was assigned",
                "This task was assigned to you, and you could not take it again. Ask whoever assigned it.",
            ),
            Error::HandedOver => {
                conflict("Handed over", "This task is handed over or complete: there is nothing to give back.")
            }
            Error::Shut(_) => Self::diffgram_unavailable(),
            Error::Diffgram(why) => {
                tracing::warn!(error = why as &dyn std::error::Error, "claims.diffgram");
                Self::diffgram_unavailable()
            }
            Error::Index(_) | Error::Store(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "claims.store");
                Self::store_unavailable()
            }
        }
    }
}
