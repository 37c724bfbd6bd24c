//! The options of a question: renamed in place, added, nested, merged, archived. Many are drawn only where they are seen.

mod add;
mod archived;
mod doubles;
mod layout;
mod row;
mod search;

use std::{collections::HashMap, sync::Arc};

use leptos::prelude::*;
use portal_model::{attribute::AttributeKind, schema::Place};

use self::{
    add::Add,
    archived::{Archived, Archiving},
    doubles::Doubles,
    layout::Layout,
    row::Row,
    search::{Search, Wanted},
};
use super::{
    drag::{Drag, Part},
    picker::Picker,
    state::{Editor, Of},
    tree, words as say,
};
use crate::{
    platform,
    text::{number, schema as w, t, t_with},
    ui::window::Window,
};

/// Up to this many rows are simply drawn.
const DRAWN: u32 = 200;

/// What the rows share.
#[derive(Clone, Copy)]
pub(super) struct List {
    of: Of,
    layout: Memo<Layout>,
    tree: bool,
    /// The names that options had, by key.
    was: Memo<HashMap<String, String>>,
    /// What is wrong with options, by key.
    faults: Memo<HashMap<String, &'static str>>,
    /// The option that new ones are added under.
    under: RwSignal<Option<String>>,
    /// The option that is being moved.
    moving: RwSignal<Option<String>>,
    drag: Drag,
}

impl List {
    fn editor(self) -> Editor {
        self.of.editor
    }
}

/// The options.
#[component]
pub fn Options(of: Of, kind: AttributeKind) -> impl IntoView {
    let editor = of.editor;
    let is_tree = kind == AttributeKind::Tree;
    let wanted = Wanted::new(!is_tree);
    // Not made anew at each letter of a name: a row that is being renamed stays where it is.
    let layout = Memo::new(move |last: Option<&Layout>| {
        let shape = editor.shape.get();
        let (text, only, sorted) = (wanted.text.read(), wanted.only.get(), wanted.sorted.get());
        let depths = last.filter(|last| last.shape == shape).map(|last| Arc::clone(&last.depths));
        of.options_untracked(|options| {
            let depths = depths.unwrap_or_else(|| tree::depths(options).into());
            Layout { shape, ..Layout::of(options, depths, &text, only, sorted) }
        })
    });
    let was = Memo::new(move |_| {
        let live = |was: &portal_model::attribute::Attribute| {
            let live = was.options.iter().filter(|option| !option.archived);
            live.map(|option| (option.id.to_string(), option.name.clone())).collect::<HashMap<_, _>>()
        };
        of.was(live).unwrap_or_default()
    });
    let faults = Memo::new(move |_| {
        let mine = |at: &Place| of.key.with_value(|key| matches!(at, Place::Attribute { key: at } if at == key));
        editor.checked.with(|checked| {
            let mut faults = HashMap::new();
            for fault in checked.faults.iter().filter(|fault| mine(&fault.at)) {
                if let Some(key) = say::fault_key(&fault.what) {
                    faults.entry(key.to_owned()).or_insert_with(|| say::fault(&fault.what));
                }
            }
            faults
        })
    });
    let drag = Drag::new(".option-rows", true, move |what, over, part| {
        of.edit(None, |draft| {
            let beside =
                draft.options.iter().find(|option| option.key == over).and_then(|option| option.parent.clone());
            let under = if part == Part::On { Some(over) } else { beside };
            tree::move_under(draft, &what, under.as_deref());
        });
    });
    let list =
        List { of, layout, tree: is_tree, was, faults, under: RwSignal::new(None), moving: RwSignal::new(None), drag };
    let count = move || {
        editor.shape.track();
        number(of.options_untracked(|options| say::many(options.len())))
    };
    view! {
        <section class="options" aria-labelledby="options">
            <h2 id="options">{t(w::OPTIONS)}" "<small class="num quiet">{count}</small></h2>
            <p class="quiet">{t(if is_tree { w::ORDER_TREE } else { w::ORDER })}</p>
            <Search list wanted/>
            <Doubles of/>
            <Rows list wanted/>
            <Add list/>
            <Archiving of/>
            <Archived of/>
            {is_tree.then(|| view! { <Mover list/> })}
        </section>
    }
}

/// The rows: all of them, or those that are seen.
#[component]
fn Rows(list: List, wanted: Wanted) -> impl IntoView {
    let editor = list.editor();
    let opening = NodeRef::<leptos::html::Ul>::new();
    let (offset, height) = (RwSignal::new(0.0), RwSignal::new(400.0));
    // As tall as `style/schema.css` makes them.
    let narrow = platform::window_size().0 <= 760.0;
    let row = if narrow { 92.0 } else { 48.0 };
    let total = Memo::new(move |_| list.layout.read().total());
    let many = Memo::new(move |_| total.get() > DRAWN);
    let seen = move || Window { total: total.get(), row, view: height.get(), offset: offset.get() };
    let drawn = Memo::new(move |_| if many.get() { seen().drawn() } else { 0..total.get() });
    let follow = move || {
        if let Some(element) = opening.get_untracked() {
            offset.set(f64::from(element.scroll_top()));
            height.set(f64::from(element.client_height()));
        }
    };
    Effect::new(move |_| {
        drawn.track();
        follow();
    });
    // "Show me the fault", and the next one found: to the row, and into its field.
    Effect::new(move |_| {
        let Some(key) = editor.find.get() else { return };
        let at = |key: &str| list.of.options_untracked(|options| options.iter().position(|option| option.key == key));
        let Some(at) = at(&key).and_then(|at| u32::try_from(at).ok()) else { return };
        if list.layout.with_untracked(|layout| layout.row_of(at)).is_none() {
            wanted.clear();
        }
        editor.find.set(None);
        leptos::task::spawn_local(async move {
            // The rows come first.
            platform::sleep(0).await;
            let Some(Some(place)) = list.layout.try_with_untracked(|layout| layout.row_of(at)) else { return };
            if many.try_get_untracked() == Some(true)
                && let Some(element) = opening.try_get_untracked().flatten()
            {
                #[expect(clippy::cast_possible_truncation, reason = "browsers clamp far below that")]
                element.set_scroll_top((f64::from(place.saturating_sub(2)) * row) as i32);
                follow();
                platform::sleep(0).await;
            }
            row::focus(place);
        });
    });
    view! {
        <ul class="option-rows" class:tree=list.tree class:many=move || many.get() class:dragging=move || list.drag.what.read().is_some()
            node_ref=opening aria-labelledby="options" tabindex=move || many.get().then_some("0") on:scroll=move |_| follow()>
            <li class="room" aria-hidden="true" hidden=move || !many.get() style:height=move || platform::fixed(f64::from(drawn.get().start) * row, 0) + "px"></li>
            <For each=move || drawn.get() key=|n| *n children=move |n| view! { <Row list n/> }/>
            <li class="room" aria-hidden="true" hidden=move || !many.get() style:height=move || platform::fixed(f64::from(total.get().saturating_sub(drawn.get().end)) * row, 0) + "px"></li>
        </ul>
        {move || (total.get() == 0).then(|| view! { <p class="none">{t(if wanted.text.read().is_empty() { w::NO_OPTION } else { w::NO_MATCH })}</p> })}
    }
}

/// Moves an option under another, found by typing.
#[component]
fn Mover(list: List) -> impl IntoView {
    let of = list.of;
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = list.moving.read().is_some();
        if open.get_untracked() != wanted {
            open.set(wanted);
        }
    });
    Effect::new(move |_| {
        // Set only where it changes something: the two follow each other.
        if !open.get() && list.moving.with_untracked(Option::is_some) {
            list.moving.set(None);
        }
    });
    let name = move || {
        let key = list.moving.get()?;
        of.options_untracked(|options| {
            options.iter().find(|option| option.key == key).map(|option| say::name(&option.name))
        })
    };
    let title = Signal::derive(move || t_with(w::MOVE_TITLE, &[("name", &name().unwrap_or_default())]));
    let except = Callback::new(move |()| {
        let moving = list.moving.get_untracked();
        moving.map_or_else(Default::default, |key| of.options_untracked(|options| tree::subtree(options, &key)))
    });
    let picked = Callback::new(move |under: Option<String>| {
        if let Some(key) = list.moving.get_untracked() {
            list.moving.set(None);
            of.edit(None, |draft| {
                tree::move_under(draft, &key, under.as_deref());
            });
        }
    });
    view! { <Picker of open title none=w::AT_TOP except picked/> }
}
