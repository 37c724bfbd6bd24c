//! What a schema was: its versions with who, when and why; what differs between any two; and the way back to one.

mod version;

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::api::schemas::{History, Version, VersionSource, path};

use self::version::Shown;
use crate::{
    admin::{Answer, nothing, read},
    schema::state::{Editor, Panel},
    text::{Key, number, publish as w, t, t_count, t_with},
    ui::{ago::Ago, dialog},
};

/// The dialog.
#[component]
pub fn Versions(editor: Editor) -> impl IntoView {
    let open = move || *editor.panel.read() == Panel::History;
    let dialog = dialog::follow(open);
    let close = move |_| {
        if open() {
            editor.panel.set(Panel::None);
        }
    };
    view! {
        <dialog class="review wide versions" node_ref=dialog aria-labelledby="versions-title" on:close=close>
            {move || open().then(|| view! {
                <header class="dialog-head">
                    <h2 id="versions-title">{t(w::VERSIONS)}</h2>
                    <button type="button" class="btn quietly" on:click=move |_| editor.panel.set(Panel::None)>{t(w::CLOSE)}</button>
                </header>
                <Inside editor/>
            })}
        </dialog>
    }
}

/// What the dialog shows while it is open.
#[component]
fn Inside(editor: Editor) -> impl IntoView {
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        state.set(Answer::Reading);
        let id = editor.id;
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<History>(editor.portal, &path::versions(id)).await);
        });
    };
    fetch();
    move || match nothing(state.get(), fetch) {
        Ok(history) if history.versions.is_empty() => view! { <p class="none">{t(w::NO_VERSION)}</p> }.into_any(),
        Ok(history) => view! { <List editor versions=Arc::new(history.versions)/> }.into_any(),
        Err(notice) => notice,
    }
}

/// The versions, and the one that is looked at.
#[component]
fn List(editor: Editor, versions: Arc<Vec<Version>>) -> impl IntoView {
    let at = RwSignal::new(versions.first().map_or(0, |version| version.number));
    let rows: Vec<AnyView> = versions.iter().map(|version| row(version, at)).collect();
    view! {
        <div class="versions-body">
            <ol class="versions-list" aria-label=t(w::VERSIONS)>{rows}</ol>
            <div class="versions-one">
                {move || view! { <Shown editor versions=versions.clone() number=at.get()/> }}
            </div>
        </div>
    }
}

fn row(version: &Version, at: RwSignal<u32>) -> AnyView {
    let number_of = version.number;
    let (why, by) = (version.why.clone(), version.by.clone());
    let here = move || (at.get() == number_of).then_some("true");
    view! {
        <li>
            <button type="button" aria-current=here on:click=move |_| at.set(number_of)>
                <strong>{t_with(w::VERSION, &[("n", &number(number_of))])}</strong>
                <span class="quiet"><Ago time=Signal::stored(version.at.clone())/></span>
                <span class="who">
                    {by.map(|by| view! { <bdi>{by}</bdi>" · " })}
                    {t(source(version.source))}
                </span>
                {(!why.is_empty()).then(|| view! { <span class="why"><bdi>{why}</bdi></span> })}
                <span class="quiet">{t_count(w::CHANGED_ONE, w::CHANGED_OTHER, version.changes)}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Where a version came from, in words.
pub fn source(source: VersionSource) -> Key {
    match source {
        VersionSource::Found => w::FOUND,
        VersionSource::Applied => w::APPLIED,
        VersionSource::Elsewhere => w::ELSEWHERE,
    }
}
