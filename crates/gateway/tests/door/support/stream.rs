//! The event stream, as a browser's `EventSource` reads it.

use std::{collections::VecDeque, time::Duration};

use axum::http::StatusCode;
use serde_json::Value;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its data.
    pub data: Value,
    /// Its id, when it has one.
    pub id: Option<String>,
}

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    answer: reqwest::Response,
    text: String,
    ready: VecDeque<Event>,
}

impl Stream {
    /// Over an answer that is one.
    pub fn new(answer: reqwest::Response) -> Self {
        assert_eq!(answer.status(), StatusCode::OK);
        Self { answer, text: String::new(), ready: VecDeque::new() }
    }

    /// The next event; `None` when none came in time or the stream ended.
    pub async fn next(&mut self, within: Duration) -> Option<Event> {
        let end = tokio::time::Instant::now() + within;
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let chunk = tokio::time::timeout_at(end, self.answer.chunk()).await.ok()?.expect("a stream")?;
            self.text.push_str(&String::from_utf8_lossy(&chunk));
            while let Some((whole, rest)) = self.text.split_once("\n\n") {
                self.ready.extend(parse(whole));
                self.text = rest.to_owned();
            }
        }
    }

    /// The next event for which it holds; the others are dropped.
    pub async fn find(&mut self, within: Duration, mut holds: impl FnMut(&Event) -> bool) -> Option<Event> {
        let end = tokio::time::Instant::now() + within;
        loop {
            let event = self.next(end.saturating_duration_since(tokio::time::Instant::now())).await?;
            if holds(&event) {
                return Some(event);
            }
        }
    }

    /// Whether the server ends the stream in time.
    pub async fn ends(mut self, within: Duration) -> bool {
        let all = async { while let Ok(Some(_)) = self.answer.chunk().await {} };
        tokio::time::timeout(within, all).await.is_ok()
    }
}

fn parse(text: &str) -> Option<Event> {
    let field = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(|value| value.trim().to_owned())
    };
    let id = field("id");
    let data = field("data").map(|data| serde_json::from_str(&data).expect("JSON"));
    (data.is_some() || id.is_some()).then(|| Event {
        name: field("event").unwrap_or_default(),
        data: data.unwrap_or_default(),
        id,
    })
}
