//! One version: what differs from another, and the draft that makes it so again.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::{
    api::schemas::{SchemaDetail, Version, VersionDetail, path},
    schema::SchemaDraft,
};

use crate::{
    admin::{Answer, nothing, read},
    api,
    schema::{
        publish::Differences,
        state::{Editor, Panel},
    },
    session,
    text::{number, publish as w, t, t_with},
    ui::ago::Ago,
};

/// A version beside another.
#[component]
pub fn Shown(editor: Editor, versions: Arc<Vec<Version>>, number: u32) -> impl IntoView {
    let id = editor.id;
    // Nothing: the one before it.
    let against = RwSignal::new(None::<u32>);
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        state.set(Answer::Reading);
        let mut url = path::version(id, number);
        if let Some(other) = against.get_untracked() {
            url.push_str(&format!("?against={other}"));
        }
        leptos::task::spawn_local(async move {
            let wanted = against.get_untracked();
            let answer = read::<VersionDetail>(editor.portal, &url).await;
            // Meanwhile another comparison may have been asked for.
            if against.try_get_untracked() == Some(wanted) {
                let _ = state.try_set(answer);
            }
        });
    };
    Effect::new(move |_| {
        against.track();
        fetch();
    });
    let first = versions.last().is_some_and(|version| version.number == number);
    let others: Vec<AnyView> =
        versions.iter().filter(|version| version.number != number).map(|version| choice(version.number)).collect();
    let title = t_with(w::VERSION, &[("n", &number.to_string())]);
    view! {
        <header>
            <h3>{title}</h3>
            <label class="against">
                <span>{t(w::AGAINST)}</span>
                <select on:change=move |event| against.set(event_target_value(&event).parse().ok())>
                    <option value="">{t(if first { w::AGAINST_NOTHING } else { w::AGAINST_BEFORE })}</option>
                    {others}
                </select>
            </label>
        </header>
        {move || match nothing(state.get(), fetch) {
            Ok(detail) => one(editor, detail),
            Err(notice) => notice,
        }}
    }
}

fn choice(n: u32) -> AnyView {
    view! { <option value=n.to_string()>{t_with(w::VERSION, &[("n", &number(n))])}</option> }.into_any()
}

fn one(editor: Editor, detail: VersionDetail) -> AnyView {
    let VersionDetail { version, changes, restore, .. } = detail;
    let none = changes.is_empty();
    let busy = RwSignal::new(false);
    let restore = StoredValue::new(restore);
    let why = version.why.clone();
    view! {
        <p class="quiet">
            {version.by.clone().map(|by| view! { <bdi>{by}</bdi>" · " })}
            {t(super::source(version.source))}" · "<Ago time=Signal::stored(version.at.clone())/>
        </p>
        {(!why.is_empty()).then(|| view! { <p class="why"><bdi>{why}</bdi></p> })}
        <div class="review-list" tabindex="0" role="group" aria-label=t(w::DIFFERENCES)>
            {none.then(|| view! { <p class="none">{t(w::NO_DIFFERENCE)}</p> })}
            <Differences changes=changes/>
        </div>
        <p class="quiet" id="restore-hint">{t(w::RESTORE_HINT)}</p>
        <p class="buttons">
            <button type="button" class="btn primary" aria-describedby="restore-hint" disabled=move || busy.get() || editor.run.read().is_some()
                on:click=move |_| editor.restore(restore.get_value(), version.number, busy)>{t(w::RESTORE)}</button>
            {move || editor.run.read().is_some().then(|| view! { <span class="quiet">{t(w::RUN_FIRST)}</span> })}
        </p>
    }
    .into_any()
}

impl Editor {
    /// Makes a version the draft, over the schema as it is now; undo brings back the draft that was there.
    fn restore(self, draft: SchemaDraft, version: u32, busy: RwSignal<bool>) {
        busy.set(true);
        let id = self.id;
        leptos::task::spawn_local(async move {
            // The gateway made the draft over what it has just read: so must this editor stand.
            let now = api::get_fresh::<SchemaDetail>(&path::schema(id)).await;
            let _ = busy.try_set(false);
            match now {
                Ok(now) if self.panel.try_set(Panel::None).is_none() => {
                    if self.base.with_untracked(|base| base.version != now.version) {
                        self.rebase_onto(now);
                    }
                    self.replace(draft);
                    self.portal.say(t_with(w::RESTORED, &[("n", &number(version))]));
                }
                Ok(_) => {}
                Err(failure) => {
                    session::ended(self.portal, &failure);
                    self.portal.say(failure.words());
                }
            }
        });
    }
}
