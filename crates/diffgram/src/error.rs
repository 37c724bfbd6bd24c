//! What can go wrong, told apart by what a caller does about it. No text holds an address, a key or a person.

use std::time::Duration;

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No connection, or it broke.
    #[error("Diffgram cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The whole answer was not there in time.
    #[error("Diffgram did not answer in time")]
    Timeout,
    /// The answer is larger than the cap.
    #[error("Diffgram's answer is too large")]
    TooLarge,
    /// The key may not do this, or is wrong, or the project does not exist: Diffgram does not tell which (§1.1).
    #[error("Diffgram refuses this key ({status})")]
    Forbidden {
        /// 401 or 403.
        status: u16,
    },
    /// Too many calls; try later.
    #[error("Diffgram asks to slow down")]
    RateLimited {
        /// After this long, if it says.
        retry_after: Option<Duration>,
    },
    /// Diffgram, or a server before it, is too busy or away.
    #[error("Diffgram is busy or away ({status})")]
    Busy {
        /// 502, 503 or 504.
        status: u16,
        /// After this long, if it says.
        retry_after: Option<Duration>,
    },
    /// Diffgram understood and refused: also some answers with status 200 (§1.6).
    #[error("Diffgram refused the request ({status})")]
    Refused {
        /// The HTTP status, 200 too.
        status: u16,
        /// Which field and why, as Diffgram words it. Untrusted text.
        fields: Vec<(String, String)>,
    },
    /// A page where JSON is due: an unknown address, a GET where a POST is meant, or a server before Diffgram (§1.6).
    #[error("Diffgram answered with something other than JSON ({status})")]
    NotJson {
        /// The HTTP status.
        status: u16,
    },
    /// Diffgram sends people elsewhere: it wants https and does not see that it has it (§1.7).
    #[error("Diffgram redirects; forward X-Forwarded-Proto and check diffgram.url")]
    Redirect,
    /// The JSON is not of the shape that was due.
    #[error("Diffgram's answer to {what} has another shape")]
    Shape {
        /// Which call.
        what: &'static str,
        /// Where.
        #[source]
        source: serde_json::Error,
    },
    /// Diffgram failed inside. Also its status line `HTTP/1.1 0 9h9h` and the dispatcher's 503 that stands for it: a fault of
    /// this one request, not an outage, and not to be repeated (recorded `20-http/25`, `05-labels/16`).
    #[error("Diffgram failed on this request ({status})")]
    Server {
        /// The HTTP status; 0 for a broken status line.
        status: u16,
    },
}

impl Error {
    /// Whether Diffgram itself is away or sick, rather than this one request being wrong.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Timeout
                | Self::Busy { .. }
                | Self::NotJson { .. }
                | Self::RateLimited { .. }
                | Self::Redirect
        )
    }

    /// How long to wait before the next call, if Diffgram says.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
