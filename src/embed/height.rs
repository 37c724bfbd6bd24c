//! With `height="auto"` the page around makes the frame as high as what is in it. A few pixels are not told, and never more than
//! some times a second: where the height depends on the page around and that on the height, it settles (EMB-19).

use leptos::prelude::*;
use portal_model::embed::MAX_HEIGHT;

use crate::platform::{self, SizeWatch};

/// Differences below are not told, in pixels.
const LEAST: u32 = 4;
/// So long one change waits for the next, in milliseconds.
const REST: u32 = 100;

/// Follows how high the page is.
#[derive(Clone, Copy)]
pub struct Height {
    tell: StoredValue<Box<dyn Fn(u32) + Send + Sync>>,
    told: StoredValue<u32>,
    waiting: StoredValue<bool>,
    watch: StoredValue<Option<SizeWatch>, LocalStorage>,
}

impl Height {
    /// Not following yet.
    pub fn new(tell: impl Fn(u32) + Send + Sync + 'static) -> Self {
        Self {
            tell: StoredValue::new(Box::new(tell)),
            told: StoredValue::new(0),
            waiting: StoredValue::new(false),
            watch: StoredValue::new_local(None),
        }
    }

    /// From now on, or no longer.
    pub fn follow(self, wanted: bool) {
        if wanted == self.watch.with_value(Option::is_some) {
            return;
        }
        self.told.set_value(0);
        let body = document().body();
        self.watch.set_value(body.filter(|_| wanted).and_then(|body| SizeWatch::new(&body, move || self.later())));
    }

    fn later(self) {
        if self.waiting.try_get_value() != Some(false) {
            return;
        }
        self.waiting.set_value(true);
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if self.waiting.try_set_value(false).is_none() {
                self.look();
            }
        });
    }

    fn look(self) {
        let Some(body) = document().body() else { return };
        let height = u32::try_from(body.scroll_height()).unwrap_or_default().min(MAX_HEIGHT);
        if height > 0 && height.abs_diff(self.told.get_value()) >= LEAST {
            self.told.set_value(height);
            self.tell.with_value(|tell| tell(height));
        }
    }
}
