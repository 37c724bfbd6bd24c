//! Saved views that were pinned: beside the tabs.

use leptos::prelude::*;
use portal_model::api::tasks::{TaskView, path};

use crate::{
    api,
    app::{Portal, portal},
    paths::InboxView,
    text::{filter as words, t},
};

/// Reads the saved views. Without them all else works.
pub fn read_views(portal: Portal) {
    leptos::task::spawn_local(async move {
        if let Ok(views) = api::get_fresh::<Vec<TaskView>>(path::TASK_VIEWS).await {
            let _ = portal.filters().views.try_set(Some(views));
        }
    });
}

/// Those that were pinned.
#[component]
pub fn Pinned() -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    read_views(portal);
    let pinned = Memo::new(move |_| {
        let views = portal.filters().views.get().unwrap_or_default();
        views.into_iter().filter(|view| view.pinned).collect::<Vec<_>>()
    });
    let whose = Memo::new(move |_| inbox.view.read().whose);
    move || {
        let (pinned, whose) = (pinned.get(), whose.get());
        (!pinned.is_empty()).then(|| {
            let link = |saved: TaskView| {
                let view = InboxView::of(&saved, whose);
                let address = view.path();
                view! {
                    <a class="chip pin" href=address aria-current=move || (*inbox.view.read() == view).then_some("true")>
                        <bdi>{saved.name}</bdi>
                    </a>
                }
            };
            view! { <nav class="pins" aria-label=t(words::PINNED)>{pinned.into_iter().map(link).collect_view()}</nav> }
        })
    }
}
