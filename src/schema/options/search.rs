//! Finding options by name, one after the other, and seeing them by name.

use leptos::prelude::*;

use super::List;
use crate::{
    schema::words as say,
    text::{number, schema as w, t, t_with},
};

/// With more options than this a field searches them.
const SEARCHED: usize = 12;

/// What is searched, and how it is shown.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// The text.
    pub text: RwSignal<String>,
    /// Nothing else than what is found is shown.
    pub only: RwSignal<bool>,
    /// Those beside each other stand by name.
    pub sorted: RwSignal<bool>,
}

impl Wanted {
    /// Nothing yet.
    pub fn new(only: bool) -> Self {
        Self { text: RwSignal::new(String::new()), only: RwSignal::new(only), sorted: RwSignal::new(false) }
    }

    /// All is shown.
    pub fn clear(self) {
        self.text.set(String::new());
    }
}

/// The field, the way from one to the next, and the order.
#[component]
pub fn Search(list: List, wanted: Wanted) -> impl IntoView {
    let editor = list.editor();
    let many = Memo::new(move |_| {
        editor.shape.track();
        list.of.options_untracked(|options| options.len() > SEARCHED)
    });
    let found = Memo::new(move |_| list.layout.with(|layout| layout.found.len()));
    let at = RwSignal::new(None::<usize>);
    let asked = Memo::new(move |_| !wanted.text.read().trim().is_empty());
    Effect::new(move |_| {
        wanted.text.track();
        at.set(None);
    });
    let go = move |back: bool| {
        let n = found.get_untracked();
        if n == 0 {
            return;
        }
        let next = match (at.get_untracked(), back) {
            (None, false) => 0,
            (None | Some(0), true) => n - 1,
            (Some(at), false) => (at + 1) % n,
            (Some(at), true) => at - 1,
        };
        at.set(Some(next));
        let key = list.layout.with_untracked(|layout| {
            let place = *layout.rows.get(*layout.found.get(next)? as usize)?;
            list.of.options_untracked(|options| options.get(place as usize).map(|option| option.key.clone()))
        });
        editor.find.set(key);
    };
    let said = move || {
        let n = say::many(found.get());
        match at.get() {
            Some(at) if n > 0 => {
                t_with(w::FOUND_AT, &[("at", &number(say::many(at.min(found.get() - 1) + 1))), ("n", &number(n))])
            }
            _ => t_with(w::FOUND, &[("n", &number(n))]),
        }
    };
    view! {
        <Show when=move || many.get()>
            <div class="searching">
                <input type="search" aria-label=t(w::SEARCH) placeholder=t(w::SEARCH) prop:value=wanted.text
                    on:input=move |event| wanted.text.set(event_target_value(&event))
                    on:keydown=move |event| if event.key() == "Enter" && !event.is_composing() {
                        event.prevent_default();
                        go(event.shift_key());
                    }/>
                <Show when=move || asked.get()>
                    <span class="quiet num" role="status">{said}</span>
                    <button type="button" class="btn quietly small" disabled=move || found.get() == 0 on:click=move |_| go(true)>{t(w::PREVIOUS)}</button>
                    <button type="button" class="btn quietly small" disabled=move || found.get() == 0 on:click=move |_| go(false)>{t(w::NEXT)}</button>
                    <label class="check"><input type="checkbox" prop:checked=wanted.only on:change=move |event| wanted.only.set(event_target_checked(&event))/><span>{t(w::ONLY_FOUND)}</span></label>
                </Show>
                <label class="check" title=t(w::SORTED_HINT)>
                    <input type="checkbox" prop:checked=wanted.sorted on:change=move |event| wanted.sorted.set(event_target_checked(&event))/>
                    <span>{t(w::SORTED)}</span>
                </label>
            </div>
            <Show when=move || wanted.sorted.get()><p class="quiet">{t(w::SORTED_HINT)}</p></Show>
        </Show>
    }
}
