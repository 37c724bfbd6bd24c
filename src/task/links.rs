//! The way into Diffgram, and the links of the task.

use leptos::prelude::*;
use portal_model::{links::Go, permalink::TaskLink, task::TaskRow};

use crate::{
    app::portal,
    inbox::diffgram_link,
    platform,
    stage::Shown,
    text::{inbox, t},
    ui::{
        copy_button::CopyButton,
        links::{About, LinksButton},
    },
};

/// The links: the first is for most.
#[component]
pub fn Links(row: Memo<TaskRow>, shown: Shown) -> impl IntoView {
    let portal = portal();
    let open = move || diffgram_link(portal, &row.read(), TaskLink::default());
    let here = Signal::derive(move || {
        let id = row.read().id;
        let go = shown.frame.get().map_or(Go::Task(id), |frame| Go::Frame(id, frame));
        format!("{}{}", platform::location().origin().unwrap_or_default(), go.path())
    });
    let name = row.read_untracked().file.name.clone();
    view! {
        <div class="ways-in">
            {move || open().map(|link| view! { <a class="btn primary" href=link target="_blank" rel="noopener">{t(inbox::OPEN)}</a> })}
            <CopyButton link=here what=name.clone()/>
            <LinksButton wide=true name about=move || Some(About::Task(Box::new(row.get_untracked()), shown.frame.get_untracked()))/>
        </div>
    }
}
