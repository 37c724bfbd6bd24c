//! The bell: how many news I have not seen. What they are is a part of its own ([`crate::news`]), fetched when there is time, or
//! when the bell is pressed.

use leptos::prelude::*;

use crate::{
    app::portal,
    areas, platform,
    text::{news as words, number, t},
    ui::{
        changing::{at_times, saying},
        readers::forget,
    },
};

/// The part is fetched so long after the page was shown, in milliseconds: nobody waits for it.
const LATER: u32 = 1_500;

/// What the bell shows.
#[derive(Clone, Copy, Default)]
pub struct Bell {
    /// How many are new to me.
    pub unseen: RwSignal<u32>,
    /// Whether the list is open.
    pub open: RwSignal<bool>,
}

impl Bell {
    /// The frame around the pages is left: what it read here outlives it.
    pub fn left(self) {
        forget(&self.unseen);
        forget(&self.open);
    }
}

/// The button, and the place of the list.
#[component]
pub fn BellButton() -> impl IntoView {
    let news = portal().news;
    let here = RwSignal::new(false);
    leptos::task::spawn_local(async move {
        platform::sleep(LATER).await;
        let _ = here.try_set(true);
    });
    let press = move |_| {
        here.set(true);
        news.open.update(|open| *open = !*open);
    };
    let count = move || Some(news.unseen.get()).filter(|n| *n > 0).map(number).unwrap_or_default();
    view! {
        <div class="bell">
            <button type="button" class="nav-link" aria-expanded=Signal::derive(move || news.open.get().to_string()) on:click=press>
                <i aria-hidden="true"></i><span>{t(words::TITLE)}</span><small class="num">{saying(count)}</small>
            </button>
            {at_times(move || here.get().then(areas::news))}
        </div>
    }
}
