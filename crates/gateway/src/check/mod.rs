//! `diffgram-portal check`: tries everything that an install stands on, and says in a sentence what is wrong and what to do.
//! It reads, and changes nothing: also beside a gateway that runs.

mod diffgram;
mod pace;
mod portal;
mod provider;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    clock::{Clock as _, SystemClock},
    config::Config,
};

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, or cannot be told from here; somebody should look.
    Warning,
    /// The portal does not work like this.
    Failure,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was tried.
    pub name: String,
    /// How it stands.
    pub level: Level,
    /// What was found.
    pub what: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo: Option<String>,
}

impl Finding {
    fn ok(name: impl Into<String>, what: impl Into<String>) -> Self {
        Self { name: name.into(), level: Level::Ok, what: what.into(), todo: None }
    }

    fn warning(name: impl Into<String>, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { name: name.into(), level: Level::Warning, what: what.into(), todo: Some(todo.into()) }
    }

    fn failure(name: impl Into<String>, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { name: name.into(), level: Level::Failure, what: what.into(), todo: Some(todo.into()) }
    }
}

/// What all tries share.
struct Try<'a> {
    config: &'a Config,
    http: reqwest::Client,
}

impl Try<'_> {
    /// Clocks differ by so much, in seconds, by an answer's `Date` (RFC 9110 §6.6.1); positive when ours is ahead.
    fn clock_off(answer: &reqwest::Response) -> Option<i64> {
        let text = answer.headers().get(http::header::DATE)?.to_str().ok()?;
        let theirs = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Some(SystemClock.now().as_second() - Timestamp::as_second(theirs))
    }
}

/// Tries everything.
///
/// # Errors
/// When no HTTP client can be made.
pub async fn run(config: &Config) -> anyhow::Result<Vec<Finding>> {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .user_agent(concat!("diffgram-portal/", env!("CARGO_PKG_VERSION")))
        .build()?;
    let check = Try { config, http };
    let clock = Arc::new(SystemClock);
    let mut findings = vec![portal::store(&check).await];
    findings.extend(provider::all(&check, clock).await?);
    findings.extend(diffgram::all(&check).await?);
    findings.extend(portal::outside(&check).await);
    Ok(findings)
}

/// The findings as a person reads them.
#[must_use]
pub fn words(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.level {
            Level::Ok => "ok  ",
            Level::Warning => "look",
            Level::Failure => "FAIL",
        };
        text.push_str(&format!("{mark}  {}: {}\n", finding.name, finding.what));
        if let Some(todo) = &finding.todo {
            text.push_str(&format!("      → {todo}\n"));
        }
    }
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    text.push_str(&format!(
        "\n{} ok, {} to look at, {} failed\n",
        count(Level::Ok),
        count(Level::Warning),
        count(Level::Failure)
    ));
    text
}
