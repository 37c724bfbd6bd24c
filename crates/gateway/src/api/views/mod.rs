//! Saved queries.

pub mod create;
pub mod delete;
pub mod list;
pub mod pin;
pub mod update;

use axum::http::StatusCode;
use portal_model::{
    api::explorer::{NewView, ViewLook},
    problem::ProblemType,
};

use crate::{
    api::{files::list::read_query, tasks},
    config::MAX_VIEW_NAME,
    problem::Reply,
    views::{self, MAX_VIEWS},
};

/// Why there is no view.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name or the query cannot be used.
    #[error("invalid view: {0}")]
    Invalid(String),
    /// The views did not do it.
    #[error(transparent)]
    Views(#[from] views::Error),
}

impl axum::response::IntoResponse for Error {
    fn into_response(self) -> axum::response::Response {
        match &self {
            Self::Invalid(why) => Reply::invalid(why),
            Self::Views(views::Error::NotFound) => Reply::not_found("This view does not exist or is not yours."),
            Self::Views(views::Error::TooMany) => Reply::new(
                StatusCode::CONFLICT,
                ProblemType::InvalidRequest,
                "Too many views",
                &format!("You have {MAX_VIEWS} views, which is the most. Remove one first."),
            ),
            Self::Views(error @ views::Error::Store(_)) => {
                tracing::error!(error = error as &dyn std::error::Error, "views.unreadable");
                Reply::store_unavailable()
            }
        }
        .into_response()
    }
}

/// A view that can be saved: with a name, and a query that can be read.
fn checked(new: NewView) -> Result<NewView, Error> {
    let name = good(&new.name, &new.q, &new.look)?;
    Ok(NewView { name, ..new })
}

/// A name, a query that can be read, and a look that makes sense; answers with the name as it is kept.
pub(super) fn good(name: &str, q: &str, look: &ViewLook) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_VIEW_NAME {
        return Err(Error::Invalid(format!("name is 1 to {MAX_VIEW_NAME} characters.")));
    }
    if let Some(why) = views::fault(look) {
        return Err(Error::Invalid(why));
    }
    match read_query(q) {
        Ok(_) => Ok(name.to_owned()),
        Err(tasks::Error::Invalid(why)) => Err(Error::Invalid(why)),
        Err(other) => Err(Error::Invalid(other.to_string())),
    }
}
