//! What a question is asked about: labels, the file, or the compound file.

use leptos::prelude::*;
use portal_model::{
    attribute::{AttributeScope, Fault},
    schema::DraftLabel,
};

use super::{state::Of, words as say};
use crate::text::{Key, schema as w, t};

/// What it is asked about.
#[component]
pub fn Scope(of: Of) -> impl IntoView {
    let scope = Memo::new(move |_| of.with(|one| one.scope));
    let choose = move |to: AttributeScope| {
        // About a file it has no labels; asked about labels again it has those that it had.
        let had = of.was(|was| was.labels.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap_or_default();
        of.edit_all(None, |one| {
            if one.scope == to {
                return;
            }
            one.scope = to;
            one.labels = if to == AttributeScope::Labels { had } else { Vec::new() };
        });
    };
    let way = move |this: AttributeScope, words: Key| {
        view! {
            <label class="check">
                <input type="radio" name="scope" prop:checked=move || scope.get() == Some(this) on:change=move |_| choose(this)/>
                <span>{t(words)}</span>
            </label>
        }
    };
    let wrong = move || {
        of.fault(|fault| matches!(fault, Fault::NoLabel | Fault::UnknownLabel { .. }).then(|| say::fault(fault)))
    };
    view! {
        <fieldset class="scope" aria-describedby="scope-fault">
            <legend>{t(w::SCOPE)}</legend>
            <div class="ways">
                {way(AttributeScope::Labels, w::SCOPE_OF_LABELS)}
                {way(AttributeScope::File, w::SCOPE_OF_FILE)}
                {way(AttributeScope::CompoundFile, w::SCOPE_OF_COMPOUND)}
            </div>
            <Show when=move || scope.get() == Some(AttributeScope::Labels)><Labels of/></Show>
            <p class="fault" id="scope-fault">{wrong}</p>
        </fieldset>
    }
}

/// Which labels.
#[component]
fn Labels(of: Of) -> impl IntoView {
    let editor = of.editor;
    let labels = Memo::new(move |_| editor.draft.with(|draft| draft.labels.clone()));
    let worn = Memo::new(move |_| of.with(|one| one.labels.clone()).unwrap_or_default());
    let toggle = move |key: &str, on: bool| {
        of.edit_all(None, |one| {
            one.labels.retain(|label| label != key);
            if on {
                one.labels.push(key.to_owned());
            }
        });
    };
    let all = move |on: bool| {
        let keys = if on {
            labels.with_untracked(|all| all.iter().map(|label| label.key.clone()).collect())
        } else {
            Vec::new()
        };
        of.edit_all(None, |one| one.labels = keys);
    };
    view! {
        <div class="label-boxes" role="group" aria-label=t(w::LABELS)>
            {move || labels.read().is_empty().then(|| view! { <p class="quiet">{t(w::NO_LABEL)}</p> })}
            <For each=move || labels.get() key=|label| (label.key.clone(), label.name.clone(), label.color.clone()) children=move |label: DraftLabel| {
                let (key, this) = (label.key.clone(), label.key.clone());
                view! {
                    <label class="check">
                        <input type="checkbox" prop:checked=move || worn.read().contains(&key) on:change=move |event| toggle(&this, event_target_checked(&event))/>
                        <svg viewBox="0 0 10 10" aria-hidden="true">{label.color.map(|color| view! { <rect width="10" height="10" rx="3" fill=color/> })}</svg>
                        <bdi>{label.name}</bdi>
                    </label>
                }
            }/>
        </div>
        <Show when=move || { labels.read().len() > 1 }>
            <p class="buttons">
                <button type="button" class="btn quietly small" disabled=move || worn.read().len() == labels.read().len() on:click=move |_| all(true)>{t(w::ALL_LABELS)}</button>
                <button type="button" class="btn quietly small" disabled=move || worn.read().is_empty() on:click=move |_| all(false)>{t(w::NO_LABELS)}</button>
            </p>
        </Show>
    }
}
