//! A dialog to choose one of many options: found by typing, shown with what they stand under.

use std::collections::HashSet;

use leptos::prelude::*;

use super::{state::Of, tree, words as say};
use crate::text::{Key, number, schema as w, t, t_with};

/// So many are shown; typing finds the others.
const SHOWN: usize = 40;

/// The dialog.
#[component]
pub fn Picker(
    of: Of,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What is chosen.
    title: Signal<String>,
    /// The words for choosing none.
    none: Key,
    /// Keys that cannot be chosen.
    except: Callback<(), HashSet<String>>,
    /// What was chosen.
    picked: Callback<Option<String>>,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let search = RwSignal::new(String::new());
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            search.set(String::new());
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let choose = move |key: Option<String>| {
        open.set(false);
        picked.run(key);
    };
    let found = move || {
        let wanted = search.read().trim().to_lowercase();
        let except = except.run(());
        of.options_untracked(|options| {
            let all = tree::by_key(options);
            let fits = |name: &str| wanted.is_empty() || name.to_lowercase().contains(&wanted);
            let fitting: Vec<_> =
                options.iter().filter(|option| !except.contains(&option.key) && fits(&option.name)).collect();
            let shown: Vec<_> =
                fitting.iter().take(SHOWN).map(|option| (option.key.clone(), tree::path(&all, &option.key))).collect();
            (fitting.len() - shown.len(), shown)
        })
    };
    view! {
        <dialog class="picker" node_ref=dialog on:close=move |_| open.set(false) aria-label=title>
            {move || open.get().then(|| view! {
                <h2>{title}</h2>
                <input type="search" aria-label=t(w::SEARCH) placeholder=t(w::SEARCH) prop:value=search on:input=move |event| search.set(event_target_value(&event))/>
                <ul>
                    <li><button type="button" class="btn quietly" on:click=move |_| choose(None)>{t(none)}</button></li>
                    {move || {
                        let (more, shown) = found();
                        view! {
                            {shown.into_iter().map(|(key, path)| view! {
                                <li><button type="button" class="btn quietly" on:click=move |_| choose(Some(key.clone()))><bdi>{say::name(&path)}</bdi></button></li>
                            }).collect_view()}
                            {(more > 0).then(|| view! { <li class="quiet">{t_with(w::MORE_FOUND, &[("n", &number(u32::try_from(more).unwrap_or(u32::MAX)))])}</li> })}
                        }
                    }}
                </ul>
                <button type="button" class="btn" on:click=move |_| open.set(false)>{t(w::CANCEL)}</button>
            })}
        </dialog>
    }
}
