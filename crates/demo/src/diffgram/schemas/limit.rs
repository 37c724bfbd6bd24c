//! Diffgram makes ten attributes a day for one address (`diffgram-api.md` §1.7).

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

use crate::diffgram::answer;

/// How many in which time; a window begins with its first call, as Diffgram's limiter has it.
#[derive(Clone, Debug)]
pub(in crate::diffgram) struct Limit {
    most: u32,
    window: Duration,
    /// By address: when its window began, and how many there were in it.
    seen: HashMap<String, (Instant, u32)>,
}

impl Default for Limit {
    fn default() -> Self {
        Self::new(10, Duration::from_secs(24 * 3600))
    }
}

impl Limit {
    pub(in crate::diffgram) fn new(most: u32, window: Duration) -> Self {
        Self { most, window, seen: HashMap::new() }
    }

    /// Counts a call, or refuses it. One proxy is trusted: the address is the last that was forwarded.
    pub(super) fn take(&mut self, headers: &HeaderMap) -> Result<(), Response> {
        let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let address = forwarded.and_then(|list| list.rsplit(',').next()).unwrap_or("the gateway").trim().to_owned();
        let (began, count) = self.seen.entry(address).or_insert((Instant::now(), 0));
        if began.elapsed() >= self.window {
            (*began, *count) = (Instant::now(), 0);
        }
        *count += 1;
        if *count <= self.most {
            return Ok(());
        }
        let error = format!("429 Too Many Requests: {} per 1 day", self.most);
        // Recorded for another limit: `22-production-server/04`.
        let mut response = answer(
            StatusCode::TOO_MANY_REQUESTS,
            &json!({"error": error, "trace": "Traceback (most recent call last): …"}),
        );
        let left = self.window.saturating_sub(began.elapsed()).as_secs() + 1;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(left));
        Err(response)
    }
}
