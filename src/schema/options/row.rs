//! One option: its name, what becomes of it, and what can be done with it.

use leptos::prelude::*;

use super::{List, add};
use crate::{
    schema::{head, tree, words as say},
    text::{schema as w, t, t_with},
};

/// Deeper levels are drawn like this one.
const DEEPEST: u16 = 14;
/// From this level on its number is said: the eye no longer counts.
const NUMBERED: u16 = 4;

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    key: String,
    name: String,
    depth: u16,
    /// The name before, when it is renamed; `None` inside: it is new.
    was: Option<Option<String>>,
    fault: Option<&'static str>,
    /// Whether an option stands above it at the same place.
    can_nest: bool,
}

/// Into the field of a row.
pub(super) fn focus(n: u32) {
    head::focus(&format!("option-{n}"));
}

/// The `n`th row of those that are shown. The row stays when what it shows changes, and so does the focus.
#[component]
pub fn Row(list: List, n: u32) -> impl IntoView {
    let (of, editor) = (list.of, list.editor());
    let shown = Memo::new(move |_| {
        let (i, depth, can_nest) = list.layout.with(|layout| {
            let i = *layout.rows.get(usize::try_from(n).ok()?)? as usize;
            let depth = *layout.depths.get(i)?;
            Some((i, depth, i > 0 && layout.depths[i - 1] >= depth))
        })?;
        let (key, name) = of.options(|options| options.get(i).map(|o| (o.key.clone(), o.name.clone())))?;
        let was = list.was.with(|was| match was.get(&key) {
            None => Some(None),
            Some(old) => (*old != name).then(|| Some(old.clone())),
        });
        let fault = list.faults.with(|faults| faults.get(&key).copied());
        Some(Shown { key, name, depth, was, fault, can_nest })
    });
    let key = move || shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.key.clone())).unwrap_or_default();
    let key_tracked = move || shown.with(|shown| shown.as_ref().map(|shown| shown.key.clone())).unwrap_or_default();
    let name = move || shown.with(|shown| shown.as_ref().map(|shown| shown.name.clone())).unwrap_or_default();
    let named = move |words| t_with(words, &[("name", &say::name(&name()))]);
    // What is read begins with what is seen, in every language.
    let act_named = move |act| t_with(w::ACT_NAMED, &[("act", t(act)), ("name", &say::name(&name()))]);
    let fault = move || shown.with(|shown| shown.as_ref().and_then(|shown| shown.fault));
    let rename = move |text: String| {
        let key = key();
        of.edit(Some(&format!("option {key}")), |draft| {
            if let Some(option) = draft.options.iter_mut().find(|option| option.key == key) {
                option.name = text;
            }
        });
    };
    let note = move || {
        let was = shown.with(|shown| shown.as_ref().and_then(|shown| shown.was.clone()))?;
        Some(match was {
            None => view! { <span class="pill done">{t(w::NEW)}</span> }.into_any(),
            Some(was) => {
                view! { <small class="quiet">{t_with(w::WAS, &[("name", &say::name(&was))])}</small> }.into_any()
            }
        })
    };
    let depth = Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.depth)));
    let can_nest = Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.can_nest)));
    view! {
        <li class="option" data-key=move || list.tree.then(key_tracked) data-drop=move || list.drag.mark(&key_tracked()) data-depth=move || depth.get().min(DEEPEST).to_string()
            style:--depth=move || depth.get().min(DEEPEST).to_string() class:wrong=move || fault().is_some()>
            {list.tree.then(|| view! {
                <span class="grip" aria-hidden="true" title=t(w::DRAG) on:pointerdown=move |event| list.drag.begin(&event, key())>"⠿"</span>
                <small class="level num quiet" aria-hidden="true">{move || (depth.get() >= NUMBERED).then(|| (depth.get() + 1).to_string())}</small>
            })}
            <input
                type="text" id=format!("option-{n}") dir="auto" autocomplete="off" aria-label=move || named(w::OPTION_NAME)
                title=name prop:value=name aria-invalid=move || fault().is_some().to_string() aria-describedby=format!("option-{n}-says")
                on:input=move |event| rename(event_target_value(&event))
                on:blur=move |_| editor.rest()
            />
            <span class="says" id=format!("option-{n}-says")>
                {move || fault().map(|words| view! { <span class="fault">{words}</span> })}
                {note}
            </span>
            <span class="acts">
                {list.tree.then(|| view! {
                    <button type="button" class="btn quietly small" title=t(w::OUTDENT) aria-label=move || named(w::OUTDENT_NAMED) disabled=move || depth.get() == 0
                        on:click=move |_| of.edit(None, |draft| { tree::outdent(draft, &key()); })><span class="arrow" aria-hidden="true">"⇤"</span></button>
                    <button type="button" class="btn quietly small" title=t(w::INDENT) aria-label=move || named(w::INDENT_NAMED) disabled=move || !can_nest.get()
                        on:click=move |_| of.edit(None, |draft| { tree::indent(draft, &key()); })><span class="arrow" aria-hidden="true">"⇥"</span></button>
                    <button type="button" class="btn quietly small" aria-label=move || act_named(w::MOVE) on:click=move |_| list.moving.set(Some(key()))>{t(w::MOVE)}</button>
                    <button type="button" class="btn quietly small" title=t(w::ADD_UNDER) aria-label=move || named(w::ADD_UNDER_NAMED)
                        on:click=move |_| { list.under.set(Some(key())); head::focus(add::FIELD); }>"+"</button>
                })}
                <button type="button" class="btn quietly small" aria-label=move || act_named(w::ARCHIVE)
                    on:click=move |_| of.edit(None, |draft| { tree::archive(draft, &key()); })>{t(w::ARCHIVE)}</button>
            </span>
        </li>
    }
}
