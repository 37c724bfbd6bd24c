//! The line over "My tasks": how much there is to do, and one button for the next task.

use leptos::prelude::*;
use portal_model::api::next::Take;

use crate::{
    app::portal,
    areas,
    text::{next as words, number, t, t_count, t_with},
    ui::changing::{at_times, saying},
};

/// The line. As high before its answer as after it, and in `init.js`.
#[component]
pub fn UpNextLine() -> impl IntoView {
    let portal = portal();
    let next = portal.next;
    next.read(0);
    // Now and then, because what others take is told to nobody; and when something of mine changed.
    Effect::new(move |before: Option<f64>| {
        portal.inbox.said.track();
        let now = portal.now.get();
        if before.is_some() && !document().hidden() {
            next.changed();
        }
        now
    });
    on_cleanup(move || next.left());
    let some = move || next.brief.get().filter(|brief| brief.nothing.is_none());
    let open = move || next.open.get();
    view! {
        <section class="up-next" aria-label=t(words::TITLE)>
            <strong>{t(words::TITLE)}</strong>
            <p>
                <span role="status">{saying(move || next.brief.get().and_then(|brief| brief.nothing).map(|nothing| t(super::why(nothing)).to_owned()).unwrap_or_default())}</span>
                {at_times(move || some().map(|brief| view! {
                    <span class="so">{t_count(words::AVAILABLE_ONE, words::AVAILABLE_OTHER, brief.available)}</span>
                    {(brief.today + brief.mine + brief.available > 0).then(|| {
                        let all = brief.today + brief.mine + brief.available;
                        view! { <span class="so num">{t_with(words::TODAY, &[("n", &number(brief.today)), ("all", &number(all))])}</span> }
                    })}
                }.into_any()))}
            </p>
            <button type="button" class="btn quietly" aria-expanded=Signal::derive(move || open().to_string()) on:click=move |_| next.open.update(|open| *open = !*open)><span>{t(words::PROGRESS)}</span></button>
            <button type="button" class="btn primary" aria-disabled=Signal::derive(move || next.busy.get().then_some("true")) on:click=move |_| areas::take(portal, Take::default())>
                {t(words::TAKE)}<kbd aria-hidden="true">"n"</kbd>
            </button>
            {at_times(move || open().then(areas::progress))}
        </section>
    }
}
