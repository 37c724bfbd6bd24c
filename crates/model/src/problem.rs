//! Errors as they travel: problem details (RFC 9457).

use serde::{Deserialize, Serialize};

/// The media type of a problem (RFC 9457 §3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, as a contract between gateway and page. The page words it in the person's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "String", into = "String")]
pub enum ProblemType {
    /// Nobody is signed in.
    SignedOut,
    /// The session ended by its idle or absolute limit.
    SessionExpired,
    /// The answer from the identity provider does not belong to a sign-in started in this browser.
    SigninState,
    /// The identity provider refused, or what it sent did not pass the checks.
    SigninRejected,
    /// The gateway's clock and the identity provider's disagree.
    ClockSkew,
    /// The person's e-mail address is not verified by the identity provider, and is needed to find their account.
    EmailUnverified,
    /// The identity provider cannot be reached or answers nonsense.
    ProviderUnavailable,
    /// Unknown, or not theirs: the answer does not tell which.
    NotFound,
    /// They may not do this.
    Forbidden,
    /// A write that did not come from this page (design §6).
    CrossSite,
    /// The request makes no sense; `detail` says why.
    InvalidRequest,
    /// The method is not for this address.
    MethodNotAllowed,
    /// The body has the wrong media type.
    UnsupportedMediaType,
    /// The body or a header is too large.
    TooLarge,
    /// Too many requests; try again later.
    RateLimited,
    /// Diffgram cannot be reached, or answers nonsense.
    DiffgramUnavailable,
    /// The store cannot be read or written.
    StoreUnavailable,
    /// It changed since it was read: read it again, decide again.
    Conflict,
    /// The request must say which state it is about (`If-Match`).
    PreconditionRequired,
    /// The draft cannot be applied; the problem names its faults.
    InvalidDraft,
    /// Only a part of the change was made; the problem says how it stands now.
    Incomplete,
    /// The key may not do this (RFC 6750 §3.1).
    InsufficientScope,
    /// A fault in the portal.
    Internal,
    /// A type this version does not know.
    Other(String),
}

impl ProblemType {
    /// The stable name, as it travels in `type`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::SignedOut => "signed-out",
            Self::SessionExpired => "session-expired",
            Self::SigninState => "signin-state",
            Self::SigninRejected => "signin-rejected",
            Self::ClockSkew => "clock-skew",
            Self::EmailUnverified => "email-unverified",
            Self::ProviderUnavailable => "provider-unavailable",
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross-site",
            Self::InvalidRequest => "invalid-request",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::TooLarge => "too-large",
            Self::RateLimited => "rate-limited",
            Self::DiffgramUnavailable => "diffgram-unavailable",
            Self::StoreUnavailable => "store-unavailable",
            Self::Conflict => "conflict",
            Self::PreconditionRequired => "precondition-required",
            Self::InvalidDraft => "invalid-draft",
            Self::Incomplete => "incomplete",
            Self::InsufficientScope => "insufficient-scope",
            Self::Internal => "internal",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for ProblemType {
    fn from(word: String) -> Self {
        for known in [
            Self::SignedOut,
            Self::SessionExpired,
            Self::SigninState,
            Self::SigninRejected,
            Self::ClockSkew,
            Self::EmailUnverified,
            Self::ProviderUnavailable,
            Self::NotFound,
            Self::Forbidden,
            Self::CrossSite,
            Self::InvalidRequest,
            Self::MethodNotAllowed,
            Self::UnsupportedMediaType,
            Self::TooLarge,
            Self::RateLimited,
            Self::DiffgramUnavailable,
            Self::StoreUnavailable,
            Self::Conflict,
            Self::PreconditionRequired,
            Self::InvalidDraft,
            Self::Incomplete,
            Self::InsufficientScope,
            Self::Internal,
        ] {
            if known.as_str() == word {
                return known;
            }
        }
        Self::Other(word)
    }
}

impl From<ProblemType> for String {
    fn from(kind: ProblemType) -> Self {
        kind.as_str().to_owned()
    }
}

/// A problem document (RFC 9457 §3.1). `type` is relative to the portal's documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What went wrong.
    #[serde(rename = "type")]
    pub kind: ProblemType,
    /// A short English summary that does not change from one occurrence to the next.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// For users of the API: one English sentence that says what to do. Never an upstream URL, token or trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Names this request in the logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How an edit stands that was refused or broke (an extension member, RFC 9457 §3.2): an
    /// [`EditProblem`](crate::api::schemas::EditProblem). Not read here, so that pages without an editor do not carry its types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::api::schemas::EditProblem>))]
    pub edit: Option<Box<serde_json::Value>>,
}
