//! Links into Diffgram: those that land, and honest words on those that do not (`diffgram-api.md` §3.5).

use leptos::prelude::*;
use portal_model::{
    permalink::{Lands, Target, TaskLink},
    task::TaskRow,
};

use crate::{
    app::portal,
    inbox::diffgram_link,
    stage::Shown,
    text::{t, t_with, task as words},
    ui::copy_button::CopyButton,
};

/// The links.
#[component]
pub fn Links(row: Memo<TaskRow>, shown: Shown) -> impl IntoView {
    let portal = portal();
    let link = move |how: TaskLink| diffgram_link(portal, &row.read(), how).unwrap_or_default();
    let read_only = Signal::derive(move || link(TaskLink { read_only: true, frame: None }));
    let framed = Signal::derive(move || link(TaskLink { read_only: false, frame: shown.frame.get() }));
    let frame_words =
        Signal::derive(move || t_with(words::LINK_FRAME, &[("n", &shown.frame.get().unwrap_or(0).to_string())]));
    let elsewhere = [
        (Target::Annotation, words::LINK_ANNOTATION, words::LINK_ANNOTATION_WORDS),
        (Target::Attribute, words::LINK_ATTRIBUTE, words::LINK_ATTRIBUTE_WORDS),
        (Target::Issue, words::LINK_ISSUE, words::LINK_ISSUE_WORDS),
    ];
    view! {
        <section aria-labelledby="links">
            <h2 id="links">{t(words::OPEN_AT)}</h2>
            <ul class="links">
                <li>
                    <span><a href=read_only target="_blank" rel="noopener">{t(words::LINK_READ_ONLY)}</a><small>{t(words::LINK_READ_ONLY_WORDS)}</small></span>
                    <CopyButton link=read_only what=t(words::LINK_READ_ONLY).to_owned()/>
                </li>
                <Show when=move || shown.frame.get().is_some()>
                    <li>
                        <span><a href=framed target="_blank" rel="noopener">{frame_words}</a><small>{t(words::LINK_FRAME_WORDS)}</small></span>
                        <CopyButton link=framed what=frame_words/>
                    </li>
                </Show>
                {elsewhere
                    .into_iter()
                    .filter(|(target, ..)| target.lands() == Lands::OnTheTask)
                    .map(|(_, what, why)| view! {
                        <li><span><span class="off" role="link" aria-disabled="true">{t(what)}</span><small>{t(why)}</small></span></li>
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}
