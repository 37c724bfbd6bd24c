//! The options of an attribute: renamed in place, added, nested, archived. Many are drawn only where they are seen.

mod add;
mod archived;
mod row;

use leptos::prelude::*;
use portal_model::attribute::{AttributeKind, DraftOption};

use self::{
    add::Add,
    archived::{Archived, Archiving},
    row::Row,
};
use super::{picker::Picker, state::Editor, tree, words as say};
use crate::{
    platform,
    text::{number, schema as w, t, t_with},
    ui::window::Window,
};

/// Up to this many rows are simply drawn.
const DRAWN: u32 = 200;
/// With more options than this a field searches them.
const SEARCHED: usize = 12;
/// The rows to show, after searching.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layout {
    /// Places in the draft.
    rows: Vec<u32>,
    /// How deep each option of the draft stands.
    depths: Vec<u16>,
}

impl Layout {
    fn of(options: &[DraftOption], wanted: &str) -> Self {
        let wanted = wanted.trim().to_lowercase();
        let fits = |option: &DraftOption| wanted.is_empty() || option.name.to_lowercase().contains(&wanted);
        let rows = options.iter().enumerate().filter(|(_, option)| fits(option));
        Self { rows: rows.filter_map(|(i, _)| u32::try_from(i).ok()).collect(), depths: tree::depths(options) }
    }

    fn total(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }
}

/// What the rows share.
#[derive(Clone, Copy)]
pub(super) struct List {
    editor: Editor,
    layout: Memo<Layout>,
    tree: bool,
    /// The option that new ones are added under.
    under: RwSignal<Option<String>>,
    /// The option that is being moved.
    moving: RwSignal<Option<String>>,
}

/// The options.
#[component]
pub fn Options(editor: Editor, kind: AttributeKind) -> impl IntoView {
    let is_tree = kind == AttributeKind::Tree;
    let search = RwSignal::new(String::new());
    // Not made anew at each letter of a name: a row that is being renamed stays where it is.
    let layout = Memo::new(move |_| {
        editor.shape.track();
        let wanted = search.read();
        editor.draft.with_untracked(|draft| Layout::of(&draft.options, &wanted))
    });
    let list = List { editor, layout, tree: is_tree, under: RwSignal::new(None), moving: RwSignal::new(None) };
    let many = Memo::new(move |_| {
        editor.shape.track();
        editor.draft.with_untracked(|draft| draft.options.len() > SEARCHED)
    });
    let count = move || {
        editor.shape.track();
        number(editor.draft.with_untracked(|draft| u32::try_from(draft.options.len()).unwrap_or(u32::MAX)))
    };
    view! {
        <section class="options" aria-labelledby="options">
            <h2 id="options">{t(w::OPTIONS)}" "<small class="num quiet">{count}</small></h2>
            <p class="quiet">{t(if is_tree { w::ORDER_TREE } else { w::ORDER })}</p>
            <Show when=move || many.get()>
                <input type="search" aria-label=t(w::SEARCH) placeholder=t(w::SEARCH) prop:value=search on:input=move |event| search.set(event_target_value(&event))/>
            </Show>
            <Rows list search/>
            <Add list/>
            <Archiving editor/>
            <Archived editor/>
            {is_tree.then(|| view! { <Mover list/> })}
        </section>
    }
}

/// The rows: all of them, or those that are seen.
#[component]
fn Rows(list: List, search: RwSignal<String>) -> impl IntoView {
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
    // "Show me the fault": to the row, and into its field.
    Effect::new(move |_| {
        let Some(key) = list.editor.find.get() else { return };
        search.set(String::new());
        let place = list.editor.draft.with_untracked(|draft| draft.options.iter().position(|option| option.key == key));
        let Some(place) = place.and_then(|place| u32::try_from(place).ok()) else { return };
        list.editor.find.set(None);
        leptos::task::spawn_local(async move {
            // The rows come first.
            platform::sleep(0).await;
            if many.try_get_untracked() == Some(true)
                && let Some(element) = opening.try_get_untracked().flatten()
            {
                #[expect(clippy::cast_possible_truncation, reason = "browsers clamp far below that")]
                element.set_scroll_top((f64::from(place) * row) as i32);
                follow();
                platform::sleep(0).await;
            }
            row::focus(place);
        });
    });
    view! {
        <ul class="option-rows" class:tree=list.tree class:many=move || many.get() node_ref=opening aria-labelledby="options" tabindex=move || many.get().then_some("0") on:scroll=move |_| follow()>
            <li class="room" aria-hidden="true" hidden=move || !many.get() style:height=move || platform::fixed(f64::from(drawn.get().start) * row, 0) + "px"></li>
            <For each=move || drawn.get() key=|n| *n children=move |n| view! { <Row list n/> }/>
            <li class="room" aria-hidden="true" hidden=move || !many.get() style:height=move || platform::fixed(f64::from(total.get().saturating_sub(drawn.get().end)) * row, 0) + "px"></li>
        </ul>
        {move || (total.get() == 0).then(|| view! { <p class="none">{t(if search.read().is_empty() { w::NO_OPTION } else { w::NO_MATCH })}</p> })}
    }
}

/// Moves an option under another, found by typing.
#[component]
fn Mover(list: List) -> impl IntoView {
    let editor = list.editor;
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
        editor.draft.with_untracked(|draft| {
            draft.options.iter().find(|option| option.key == key).map(|option| say::name(&option.name))
        })
    };
    let title = Signal::derive(move || t_with(w::MOVE_TITLE, &[("name", &name().unwrap_or_default())]));
    let except = Callback::new(move |()| {
        let moving = list.moving.get_untracked();
        moving.map_or_else(Default::default, |key| {
            editor.draft.with_untracked(|draft| tree::subtree(&draft.options, &key))
        })
    });
    let picked = Callback::new(move |under: Option<String>| {
        if let Some(key) = list.moving.get_untracked() {
            list.moving.set(None);
            editor.edit(None, |draft| {
                tree::move_under(draft, &key, under.as_deref());
            });
        }
    });
    view! { <Picker editor open title none=w::AT_TOP except picked/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_shows_the_rows_that_fit() {
        let option = |key: &str, name: &str, parent: Option<&str>| DraftOption {
            key: key.into(),
            name: name.into(),
            parent: parent.map(Into::into),
        };
        let options = [option("1", "Warm", None), option("2", "Red", Some("1")), option("3", "Cold", None)];
        assert_eq!(Layout::of(&options, ""), Layout { rows: vec![0, 1, 2], depths: vec![0, 1, 0] });
        assert_eq!(Layout::of(&options, " RED").rows, [1]);
        assert_eq!(Layout::of(&options, "blue").total(), 0);
    }
}
