//! The query's field: what is typed shows at once, the list follows a moment later; fields and names are offered while typing.

use leptos::{ev, prelude::*};
use portal_model::query;

use super::{
    ExplorerState, Go,
    complete::{self, Offer, Offers},
    help::Help,
};
use crate::{
    app::portal,
    paths::ExplorerView,
    platform,
    text::{explorer as words, t},
};

/// Typing rests this long before the list follows, in milliseconds.
const REST: u32 = 30;
/// And this long before a query that cannot be read is called so: most are only unfinished.
const UNFINISHED: u32 = 600;

/// Writes a query into the field and shows it.
pub fn write(explorer: ExplorerState, text: &str, go: Go) {
    explorer.typed.set(text.to_owned());
    settle(explorer, text, go);
}

/// Shows what the text asks for, or what is wrong with it.
fn settle(explorer: ExplorerState, text: &str, go: Go) {
    let q = text.trim().to_owned();
    match query::parse(&q) {
        Ok(_) => {
            explorer.wrong.set(None);
            if explorer.view.with_untracked(|view| view.q != q) {
                explorer.sends(q.clone());
                go.run((ExplorerView { q, ..explorer.view.get_untracked() }, true));
            }
        }
        Err(error) => explorer.wrong.set(Some((q, error))),
    }
}

/// The same once typing rests. While something is offered, a query that is not finished is not called wrong.
fn settle_soon(explorer: ExplorerState, list: List, text: String, go: Go) {
    let is_wrong = query::parse(text.trim()).is_err();
    let was_wrong = explorer.wrong.with_untracked(Option::is_some);
    if !is_wrong {
        explorer.wrong.set(None);
    }
    let rest = if is_wrong && !was_wrong { UNFINISHED } else { REST };
    leptos::task::spawn_local(async move {
        platform::sleep(rest).await;
        let is_now = explorer.typed.try_with_untracked(|now| *now == text) == Some(true);
        let is_choosing = is_wrong && list.offers.try_with_untracked(|offers| !offers.all.is_empty()) == Some(true);
        if is_now && !is_choosing && explorer.on_screen.get_value() {
            settle(explorer, &text, go);
        }
    });
}

/// The offers below the field.
#[derive(Clone, Copy)]
struct List {
    open: RwSignal<bool>,
    /// Which one the keyboard is at.
    active: RwSignal<Option<usize>>,
    /// Where the cursor is, in bytes.
    cursor: RwSignal<usize>,
    offers: Memo<Offers>,
}

impl List {
    fn new(explorer: ExplorerState) -> Self {
        let (open, cursor) = (RwSignal::new(false), RwSignal::new(0));
        let offers = Memo::new(move |_| {
            if !open.get() {
                return Offers::default();
            }
            explorer.typed.with(|text| explorer.names.with(|names| complete::offers(text, cursor.get(), names)))
        });
        Self { open, active: RwSignal::new(None), cursor, offers }
    }

    fn is_shown(self) -> bool {
        !self.offers.read().all.is_empty()
    }

    fn close(self) {
        let _ = self.open.try_set(false);
        let _ = self.active.try_set(None);
    }

    fn move_by(self, on: bool) {
        let count = self.offers.with_untracked(|offers| offers.all.len());
        if count > 0 {
            self.active.update(|active| {
                *active = Some(match *active {
                    None if on => 0,
                    None => count - 1,
                    Some(at) if on => (at + 1) % count,
                    Some(at) => (at + count - 1) % count,
                });
            });
        }
    }
}

/// The field.
#[component]
pub fn QueryField(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    let field = NodeRef::<leptos::html::Input>::new();
    let list = List::new(explorer);
    focus_on_slash(field);
    let cursor = move || {
        let at = field.get_untracked().and_then(|field| field.selection_start().ok().flatten());
        explorer.typed.with_untracked(|text| at.map_or(text.len(), |at| complete::byte_at(text, at)))
    };
    let accept = move |offer: &Offer| {
        let piece = list.offers.with_untracked(|offers| offers.piece.clone());
        let (text, cursor) = explorer.typed.with_untracked(|text| complete::accept(text, &piece, offer));
        if let Some(field) = field.get_untracked() {
            field.set_value(&text);
            let at = complete::units_at(&text, cursor);
            let _ = field.set_selection_range(at, at);
        }
        list.cursor.set(cursor);
        list.active.set(None);
        list.open.set(offer.goes_on);
        explorer.typed.set(text.clone());
        settle_soon(explorer, list, text, go);
    };
    let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "ArrowDown" | "ArrowUp" => {
            event.prevent_default();
            if !list.open.get_untracked() {
                list.cursor.set(cursor());
                list.open.set(true);
            }
            list.move_by(event.key() == "ArrowDown");
        }
        "Enter" => {
            event.prevent_default();
            let chosen = list.active.get_untracked();
            let chosen = chosen.and_then(|at| list.offers.with_untracked(|offers| offers.all.get(at).cloned()));
            match chosen {
                Some(offer) => accept(&offer),
                None => {
                    list.close();
                    settle(explorer, &explorer.typed.get_untracked(), go);
                }
            }
        }
        "Escape" if untrack(|| list.is_shown()) => {
            event.prevent_default();
            list.close();
            settle_soon(explorer, list, explorer.typed.get_untracked(), go);
        }
        "Escape" => {
            if let Some(field) = field.get_untracked() {
                let _ = field.blur();
            }
        }
        _ => {}
    };
    let clear = move |_| {
        write(explorer, "", go);
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    view! {
        <div class="query">
            <label class="sr" for="query">{t(words::QUERY)}</label>
            <input
                id="query" type="text" inputmode="search" enterkeyhint="search" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="4000"
                role="combobox" aria-autocomplete="list" aria-controls="query-offers" aria-describedby="query-wrong"
                aria-expanded=move || list.is_shown().to_string()
                aria-activedescendant=move || list.active.get().map(|at| format!("offer-{at}"))
                aria-invalid=move || explorer.wrong.read().is_some().then_some("true")
                placeholder=t(words::QUERY_HINT) node_ref=field prop:value=move || explorer.typed.get()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    explorer.typed.set(text.clone());
                    list.cursor.set(cursor());
                    list.active.set(None);
                    list.open.set(true);
                    settle_soon(explorer, list, text, go);
                }
                on:keydown=keys
                on:blur=move |_| {
                    list.close();
                    settle_soon(explorer, list, explorer.typed.get_untracked(), go);
                }
            />
            {move || (!explorer.typed.read().is_empty()).then(|| view! {
                <button type="button" class="query-clear" aria-label=t(words::CLEAR) on:click=clear>"×"</button>
            })}
            <Help/>
            // Pressing an offer must not take the focus from the field.
            <ul
                class="offers" id="query-offers" role="listbox" aria-label=t(words::OFFERS)
                hidden=move || !list.is_shown() on:pointerdown=move |event| event.prevent_default()
            >
                {move || list.offers.get().all.into_iter().enumerate().map(|(at, offer)| {
                    let shown = offer.shown.clone();
                    view! {
                        <li
                            role="option" id=format!("offer-{at}") aria-selected=move || (list.active.get() == Some(at)).to_string()
                            on:click=move |_| accept(&offer)
                        >
                            <bdi>{shown}</bdi>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </div>
    }
}

/// `/` goes to the field.
fn focus_on_slash(field: NodeRef<leptos::html::Input>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key();
        if event.key() == "/" && !platform::is_typing() && !platform::is_asking() && !modified {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
                field.select();
            }
        }
    });
    on_cleanup(move || listener.remove());
}
