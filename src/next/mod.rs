//! What to do next: how much there is, taking a task, giving it back. What is here shows with the first list; the rest is a chunk.

mod line;
pub mod page;
pub mod progress;
pub mod taking;

use leptos::prelude::*;
use portal_model::{
    api::next::{Nothing, Take, path},
    id::TaskId,
};
use serde::Deserialize;

use crate::{
    api, platform,
    text::{Key, next as words},
    ui::readers::forget,
};

pub use line::UpNextLine;

/// A crowd of changes causes one reading, this long after the first, in milliseconds.
const REST: u32 = 1_500;

/// What the line shows of [`portal_model::api::next::UpNext`]: the rest is for the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Brief {
    /// Tasks that they can take.
    pub available: u32,
    /// Tasks that they have and have not handed over.
    pub mine: u32,
    /// Tasks that they handed over today.
    pub today: u32,
    /// Why there is nothing to do.
    pub nothing: Option<Nothing>,
}

/// A task that was given back here, until something else is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gave {
    /// Which.
    pub id: TaskId,
    /// The name of its file.
    pub name: String,
    /// Whether it is not offered again.
    pub declined: bool,
}

/// What is known of what comes next. Lives at the root.
#[derive(Clone, Copy)]
pub struct NextState {
    /// How they stand; `None` before the first answer.
    pub brief: RwSignal<Option<Brief>>,
    /// A task is being taken or given back.
    pub busy: RwSignal<bool>,
    /// Whether the panel is open.
    pub open: RwSignal<bool>,
    /// What was given back last.
    pub gave: RwSignal<Option<Gave>>,
    /// What was asked for and got no answer, with its key: the same key takes the same task.
    begun: StoredValue<Option<(Take, String)>>,
    waiting: StoredValue<bool>,
}

impl NextState {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self {
            brief: RwSignal::new(None),
            busy: RwSignal::new(false),
            open: RwSignal::new(false),
            gave: RwSignal::new(None),
            begun: StoredValue::new(None),
            waiting: StoredValue::new(false),
        }
    }

    /// A page that read it is left.
    pub fn left(self) {
        forget(&self.brief);
        forget(&self.busy);
        forget(&self.open);
    }

    /// Reads how they stand, soon.
    pub fn read(self, rest: u32) {
        if self.waiting.get_value() {
            return;
        }
        self.waiting.set_value(true);
        leptos::task::spawn_local(async move {
            platform::sleep(rest).await;
            self.waiting.set_value(false);
            // Who has no answer keeps what was known: the bars say what is wrong.
            if let Ok(brief) = api::get_fresh::<Brief>(&address()).await {
                let _ = self.brief.try_set(Some(brief));
            }
        });
    }

    /// Something changed.
    pub fn changed(self) {
        self.read(REST);
    }
}

/// Where it is asked how they stand, with days as they are here.
pub fn address() -> String {
    format!("{}?tz={}", path::UP_NEXT, portal_model::links::encode(&platform::time_zone()))
}

/// Why there is nothing to do.
pub fn why(nothing: Nothing) -> Key {
    match nothing {
        Nothing::Reading => words::NOTHING_READING,
        Nothing::NoJob => words::NOTHING_NO_JOB,
        Nothing::Elsewhere => words::NOTHING_ELSEWHERE,
        Nothing::Declined => words::NOTHING_DECLINED,
        Nothing::Held => words::NOTHING_HELD,
        Nothing::InReview => words::NOTHING_IN_REVIEW,
        Nothing::NotLaunched => words::NOTHING_NOT_LAUNCHED,
        Nothing::Done => words::NOTHING_DONE,
    }
}
