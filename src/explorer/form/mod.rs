//! The query as a form: rows that are filled in, for those who do not write it. Text and form are two faces of one tree.

mod explain;
mod row;
mod tree;
mod words;

use leptos::prelude::*;
use portal_model::query::{self, FieldName, Query};

use self::tree::{Form, Node, Row, What};
use super::{ExplorerState, Go, field};
use crate::{
    app::portal,
    text::{form as w, t, t_with},
};

/// A change to the part at some places.
#[derive(Clone, Debug)]
enum Edit {
    /// The row is filled in so.
    Row(Row),
    /// The contrary, or not.
    Not(bool),
    /// Of an annotation of its own, or of that of its neighbours.
    Own(bool),
    /// One of the group is enough, or all must hold.
    Any(bool),
    /// One more row.
    AddRow,
    /// One more group.
    AddGroup,
    /// Taken out.
    Remove,
    /// No more files than these.
    Limit(Option<u32>),
    /// So many by chance.
    Sample(Option<u32>),
}

/// The form while it is open.
#[derive(Clone, Copy)]
struct State {
    form: RwSignal<Form>,
    /// Counts up when parts came or went: then they are drawn anew.
    drawn: RwSignal<u32>,
    go: Go,
    explorer: ExplorerState,
}

impl State {
    /// Changes the form, and the query with it.
    fn edit(self, path: &[usize], edit: Edit) {
        let mut redraws = false;
        self.form.update(|form| redraws = apply(form, path, edit));
        if redraws {
            self.drawn.update(|drawn| *drawn = drawn.wrapping_add(1));
        }
        let q = self.form.with_untracked(|form| form.query().to_string());
        if self
            .explorer
            .typed
            .with_untracked(|typed| query::parse(typed).map(|typed| typed.to_string()) != Ok(q.clone()))
        {
            field::write(self.explorer, &q, self.go);
        }
    }
}

/// Changes the form. Answers whether parts came or went.
fn apply(form: &mut Form, path: &[usize], edit: Edit) -> bool {
    match edit {
        Edit::Limit(limit) => form.whole.limit = limit,
        Edit::Sample(sample) => form.whole.sample = sample,
        Edit::Remove => {
            form.root.remove(path);
            return true;
        }
        edit => {
            let Some(node) = form.root.at(path) else { return false };
            match (edit, &mut node.what) {
                (Edit::Not(not), _) => node.not = not,
                (Edit::Own(own), _) => node.own = own,
                (Edit::Row(filled), What::Row(row)) => *row = filled,
                (Edit::Any(wanted), What::Group { any, .. }) => *any = wanted,
                (Edit::AddRow, What::Group { parts, .. }) => {
                    parts.push(Node::row(Row::new(FieldName::Label)));
                    return true;
                }
                (Edit::AddGroup, What::Group { parts, .. }) => {
                    parts.push(Node::group(true, vec![Node::row(Row::new(FieldName::Label))]));
                    return true;
                }
                _ => {}
            }
        }
    }
    false
}

/// Opens and closes the form.
#[component]
pub fn FormButton(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button type="button" class="btn" aria-controls="query-form" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
            {t(w::OPEN)}
        </button>
    }
}

/// The form. It follows the text, and the text follows it.
#[component]
pub fn QueryForm(open: RwSignal<bool>, go: Go) -> impl IntoView {
    view! {
        <div id="query-form" hidden=move || !open.get()>
            <Show when=move || open.get()><Filled go/></Show>
        </div>
    }
}

#[component]
fn Filled(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    let read = untrack(|| explorer.query()).unwrap_or_default();
    let state = State { form: RwSignal::new(Form::of(&read)), drawn: RwSignal::new(0), go, explorer };
    // Another text, from wherever, is another form; what the form itself wrote is not.
    Effect::new(move |_| {
        let Some(query) = explorer.query() else { return };
        let is_other = state.form.with_untracked(|form| form.query() != query);
        if is_other {
            state.form.set(Form::of(&query));
            state.drawn.update(|drawn| *drawn = drawn.wrapping_add(1));
        }
    });
    let is_wrong = move || explorer.wrong.read().is_some();
    view! {
        <section class="query-form" aria-labelledby="query-form-title">
            <h2 id="query-form-title">{t(w::TITLE)}</h2>
            <p class="quiet">{move || t(if is_wrong() { w::WRONG } else { w::WHAT })}</p>
            {move || {
                state.drawn.track();
                let root = state.form.with_untracked(|form| form.root.clone());
                group(state, &root, Vec::new())
            }}
            <Wholes state/>
            <explain::Explanation/>
        </section>
    }
}

/// What speaks of the whole query.
#[component]
fn Wholes(state: State) -> impl IntoView {
    let number = move |of: fn(&Query) -> Option<u32>| {
        move || state.form.with(|form| of(&form.whole).map(|number| number.to_string()).unwrap_or_default())
    };
    let read = |event: leptos::ev::Event| event_target_value(&event).trim().parse().ok().filter(|number| *number > 0);
    view! {
        <div class="form-wholes">
            <label>{t(w::LIMIT)}" "<input type="number" min="1" step="1" inputmode="numeric" prop:value=number(|whole| whole.limit)
                on:change=move |event| state.edit(&[], Edit::Limit(read(event)))/></label>
            <label>{t(w::SAMPLE)}" "<input type="number" min="1" step="1" inputmode="numeric" prop:value=number(|whole| whole.sample)
                on:change=move |event| state.edit(&[], Edit::Sample(read(event)))/></label>
        </div>
    }
}

/// A group with all that is in it.
fn group(state: State, node: &Node, path: Vec<usize>) -> AnyView {
    let What::Group { any, parts } = &node.what else { return ().into_any() };
    let is_root = path.is_empty();
    let several = parts.len() > 1;
    let parts: Vec<AnyView> = parts
        .iter()
        .enumerate()
        .map(|(place, part)| {
            let mut path = path.clone();
            path.push(place);
            match &part.what {
                What::Row(_) => view! { <row::RowFields state part=part.clone() path/> }.into_any(),
                What::Group { .. } => view! { <li class="form-group">{group(state, part, path)}</li> }.into_any(),
            }
        })
        .collect();
    let at = StoredValue::new(path);
    let edit = move |edit: Edit| at.with_value(|path| state.edit(path, edit));
    let any = *any;
    let not = node.not;
    let empty = parts.is_empty();
    view! {
        <fieldset>
            <legend class="sr">{t(if is_root { w::ALL_OF_IT } else { w::GROUP })}</legend>
            <div class="form-head" hidden=!several && is_root>
                {(!is_root).then(|| view! {
                    <label class="check"><input type="checkbox" checked=not on:change=move |event| edit(Edit::Not(event_target_checked(&event)))/>{t(w::NOT)}</label>
                })}
                <select aria-label=t(w::HOW) on:change=move |event| edit(Edit::Any(event_target_value(&event) == "any"))>
                    <option value="all" selected=!any>{t(w::ALL)}</option>
                    <option value="any" selected=any>{t(w::ANY)}</option>
                </select>
                {(!is_root).then(|| view! {
                    <button type="button" class="btn quietly" on:click=move |_| edit(Edit::Remove)>{t(w::REMOVE_GROUP)}</button>
                })}
            </div>
            {(empty && is_root).then(|| view! { <p class="quiet">{t(w::EMPTY)}</p> })}
            <ul>{parts}</ul>
            <div class="ways">
                <button type="button" class="btn" on:click=move |_| edit(Edit::AddRow)>{t(w::ADD)}</button>
                <button type="button" class="btn quietly" on:click=move |_| edit(Edit::AddGroup)>{t(w::ADD_GROUP)}</button>
            </div>
        </fieldset>
    }
    .into_any()
}

/// What a row is called, for those who do not see where it stands.
fn remove_words(row: &Row) -> String {
    t_with(w::REMOVE, &[("field", t(words::field(row.field))), ("value", row.value.trim_start_matches(tree::NAMED))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal_model::query::parse;

    fn edited(text: &str, path: &[usize], edit: Edit) -> (String, bool) {
        let mut form = Form::of(&parse(text).expect("a query"));
        let redraws = apply(&mut form, path, edit);
        (form.query().to_string(), redraws)
    }

    #[test]
    fn edits_change_their_part_and_nothing_else() {
        let row =
            |text: &str| match Form::of(&parse(text).expect("a query")).root.at(&[0]).map(|node| node.what.clone()) {
                Some(What::Row(row)) => row,
                other => panic!("{other:?}"),
            };
        assert_eq!(edited("label:a x", &[0], Edit::Row(row("label:b"))), ("label:b name:x".into(), false));
        assert_eq!(edited("label:a x", &[1], Edit::Not(true)), ("label:a -name:x".into(), false));
        assert_eq!(edited("label:a label:b", &[1], Edit::Own(true)), ("label:a (label:b)".into(), false));
        assert_eq!(edited("a b", &[], Edit::Any(true)), ("name:a or name:b".into(), false));
        assert_eq!(edited("a (b or c)", &[1, 0], Edit::Remove), ("name:a name:c".into(), true));
        assert_eq!(edited("a", &[], Edit::AddRow), ("name:a".into(), true), "an empty row says nothing");
        assert_eq!(edited("a sort:name", &[], Edit::Limit(Some(5))), ("name:a sort:name limit:5".into(), false));
        assert_eq!(edited("a", &[4, 2], Edit::Not(true)), ("name:a".into(), false), "what is gone is not changed");
    }
}
