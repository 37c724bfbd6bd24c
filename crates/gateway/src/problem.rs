//! How errors become answers: each operation's error says its own problem (RFC 9457), once, here it is written.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::problem::{MEDIA_TYPE, Problem, ProblemType};

/// A problem on its way out. The request id is filled in by the outermost layer.
#[derive(Clone, Debug)]
pub struct Reply(pub Problem);

impl Reply {
    /// A problem with a sentence for users of the API.
    #[must_use]
    pub fn new(status: StatusCode, kind: ProblemType, title: &str, detail: &str) -> Self {
        let detail = (!detail.is_empty()).then(|| detail.to_owned());
        Self(Problem { kind, title: title.to_owned(), status: status.as_u16(), detail, request_id: None, edit: None })
    }

    /// Unknown, or not theirs: the answer does not tell which.
    #[must_use]
    pub fn not_found(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemType::NotFound, "Not found", detail)
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ProblemType::SignedOut, "Not signed in", "Sign in, then try again.")
    }

    /// The request makes no sense.
    #[must_use]
    pub fn invalid(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemType::InvalidRequest, "Invalid request", detail)
    }

    /// They may not do this.
    #[must_use]
    pub fn forbidden(detail: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemType::Forbidden, "Not allowed", detail)
    }

    /// The store did not answer.
    #[must_use]
    pub fn store_unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ProblemType::StoreUnavailable,
            "The store is not available",
            "Try again in a moment.",
        )
    }

    /// Diffgram did not answer, or not in a way that makes sense.
    #[must_use]
    pub fn diffgram_unavailable() -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            ProblemType::DiffgramUnavailable,
            "Diffgram is not available",
            "Diffgram did not answer. Try again in a moment.",
        )
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self.0)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        response.extensions_mut().insert(self.0);
        response
    }
}
