//! The palette's window: a field with a list that the arrow keys move in (ARIA Authoring Practices, combobox with list).

use leptos::prelude::*;
use portal_model::api::{
    acting::{SeeAs, path as acting},
    next::Take,
};

use super::{
    found::fits,
    items::{self, Go, Item},
};
use crate::{
    api,
    app::{Portal, portal},
    areas, paths, platform, session,
    text::{palette as words, t},
};

/// Typing rests this long before the gateway searches, in milliseconds.
const REST: u32 = 120;
/// Offers of one heading at the most.
const MOST: usize = 8;

/// The window. Made when it is opened, gone when it is closed.
#[component]
pub fn Palette() -> impl IntoView {
    let portal = portal();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let (known, found) = (RwSignal::new(items::fixed(portal)), RwSignal::new(Vec::<Item>::new()));
    let recent = items::recent(portal);
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    leptos::task::spawn_local(async move {
        let more = items::fetched(portal).await;
        let _ = known.try_update(|known| known.extend(more));
    });
    Effect::new(move |_| {
        let text = typed.get().trim().to_owned();
        at.set(0);
        if text.is_empty() {
            return found.set(Vec::new());
        }
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            let same = || typed.try_with_untracked(|now| now.trim() == text) == Some(true);
            if same() {
                let tasks = items::tasks(portal, &text).await;
                if same() {
                    let _ = found.try_set(tasks);
                }
            }
        });
    });
    let shown = Memo::new(move |_| {
        let typed = typed.get();
        if typed.trim().is_empty() {
            // People would be many: they are found by typing.
            let short = known.with(|known| known.iter().filter(|item| item.group != words::PEOPLE).cloned().collect());
            return sorted(recent.clone(), short);
        }
        let mut fitting: Vec<(u32, Item)> = known
            .with(|known| known.iter().filter_map(|item| Some((fits(&item.label, &typed)?, item.clone()))).collect());
        fitting.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
        sorted(fitting.into_iter().map(|(_, item)| item).collect(), found.get())
    });
    let go = move |item: Item| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        run(portal, item);
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let last = shown.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            // At once: a search field would only be emptied by it.
            "Escape" => {
                if let Some(dialog) = dialog.get_untracked() {
                    dialog.close();
                }
            }
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "Enter" if !event.is_composing() => {
                if let Some(item) = shown.with_untracked(|shown| shown.get(at.get_untracked()).cloned()) {
                    go(item);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    // What the keys are at is in sight.
    Effect::new(move |_| {
        let at = at.get();
        if let Some(option) = document().get_element_by_id(&format!("palette-{at}")) {
            let _ = js_sys::Reflect::get(&option, &"scrollIntoView".into()).ok().and_then(|scroll| {
                use wasm_bindgen::JsCast;
                let options = js_sys::Object::new();
                js_sys::Reflect::set(&options, &"block".into(), &"nearest".into()).ok()?;
                scroll.dyn_into::<js_sys::Function>().ok()?.call1(&option, &options).ok()
            });
        }
    });
    view! {
        <dialog class="palette" node_ref=dialog aria-label=t(words::TITLE) on:close=move |_| portal.palette_open.set(false)>
            <input
                type="search" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" autofocus=true
                autocomplete="off" spellcheck="false" maxlength="200" aria-label=t(words::HINT) placeholder=t(words::HINT)
                aria-activedescendant=move || shown.with(|shown| !shown.is_empty()).then(|| format!("palette-{}", at.get()))
                on:input=move |event| typed.set(event_target_value(&event)) on:keydown=key
            />
            <div role="listbox" id="palette-list" aria-label=t(words::TITLE) class="palette-list" tabindex="-1">
                {move || {
                    let mut heading = None;
                    shown.get().into_iter().enumerate().map(|(index, item)| {
                        let begins = heading.replace(item.group) != Some(item.group);
                        let head = begins.then(|| view! { <div class="palette-head" role="presentation">{t(item.group)}</div> });
                        let (label, note) = (item.label.clone(), item.note.clone());
                        view! {
                            {head}
                            <div role="option" class="palette-item" id=format!("palette-{index}") aria-selected=move || (at.get() == index).to_string()
                                on:pointermove=move |_| if at.get_untracked() != index { at.set(index) } on:click=move |_| go(item.clone())>
                                <bdi>{label}</bdi><bdi class="quiet">{note}</bdi>
                            </div>
                        }
                    }).collect_view()
                }}
            </div>
            <p class="quiet palette-none" role="status">{move || shown.with(Vec::is_empty).then(|| t(words::NOTHING))}</p>
        </dialog>
    }
}

/// One after the other, each heading once and not too long.
fn sorted(first: Vec<Item>, then: Vec<Item>) -> Vec<Item> {
    let all: Vec<Item> = first.into_iter().chain(then).collect();
    let mut groups = Vec::new();
    for item in &all {
        if !groups.contains(&item.group) {
            groups.push(item.group);
        }
    }
    groups
        .into_iter()
        .flat_map(|group| all.iter().filter(move |item| item.group == group).take(MOST).cloned())
        .collect()
}

/// Does it.
fn run(portal: Portal, item: Item) {
    match item.go {
        Go::To(path) => {
            items::remember(portal, &item.label, &path);
            portal.route.go(&path);
        }
        Go::Next => areas::take(portal, Take::default()),
        Go::Keys => portal.keys_open.set(true),
        Go::StopSeeing => session::stop_seeing(portal),
        Go::SignOut => session::sign_out(portal),
        Go::SeeAs(member) => {
            leptos::task::spawn_local(async move {
                let whom = SeeAs { project: member.project, user: member.user };
                match api::send::<()>("POST", acting::SEE_AS, Some(&whom)).await {
                    // Nothing of one's own stays on the page.
                    Ok(()) => platform::leave_for(&paths::inbox()),
                    Err(failure) => portal.say(failure.words()),
                }
            });
        }
    }
}
