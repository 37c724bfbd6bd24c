//! JSON bodies: anything else is refused with a problem.

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use portal_model::problem::ProblemType;
use serde::de::DeserializeOwned;

use crate::problem::Reply;

/// A JSON body of a known shape.
#[derive(Clone, Copy, Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Reply;

    async fn from_request(request: Request, state: &S) -> Result<Self, Reply> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Reply::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ProblemType::UnsupportedMediaType,
                "Not JSON",
                "Send the body as application/json.",
            )),
            Err(JsonRejection::BytesRejection(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(
                Reply::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemType::TooLarge, "Too large", "Send a smaller body."),
            ),
            // The library's text names fields, never values.
            Err(error) => Err(Reply::invalid(&error.body_text())),
        }
    }
}
