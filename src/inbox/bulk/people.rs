//! Who gets the tasks, or does not have them any more: a list of people that is searched by typing.

use leptos::{ev, prelude::*};
use portal_model::{
    api::acting::{Member, NewBatch, Relation, path},
    id::{TaskId, UserId},
};

use super::Bulk;
use crate::{
    api,
    text::{Key, bulk as words, t, t_count},
};

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Give them to somebody.
    Assign,
    /// Take them away.
    Unassign,
    /// Have somebody review them.
    Review,
}

/// Who is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Everybody,
    One(UserId),
}

impl Act {
    fn title(self) -> (Key, Key) {
        match self {
            Self::Assign => (words::ASSIGN_ONE, words::ASSIGN_OTHER),
            Self::Unassign => (words::UNASSIGN_ONE, words::UNASSIGN_OTHER),
            Self::Review => (words::REVIEW_ONE, words::REVIEW_OTHER),
        }
    }

    fn go(self) -> Key {
        match self {
            Self::Assign => words::ASSIGN_GO,
            Self::Unassign => words::UNASSIGN_GO,
            Self::Review => words::REVIEW_GO,
        }
    }

    fn order(self, tasks: Vec<TaskId>, who: Who, instead: bool) -> NewBatch {
        let one = match who {
            Who::One(user) => vec![user],
            Who::Everybody => Vec::new(),
        };
        let relation = if self == Self::Review { Relation::Reviewer } else { Relation::Assignee };
        match self {
            Self::Unassign => {
                NewBatch { tasks, relation, clear: who == Who::Everybody, remove: one, ..NewBatch::default() }
            }
            Self::Assign | Self::Review => {
                NewBatch { tasks, relation, clear: instead, add: one, ..NewBatch::default() }
            }
        }
    }
}

/// The dialog.
#[component]
pub(super) fn AssignDialog(bulk: Bulk, act: Act) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let people = RwSignal::new(None::<Vec<Member>>);
    let typed = RwSignal::new(String::new());
    let who = RwSignal::new((act == Act::Unassign).then_some(Who::Everybody));
    let instead = RwSignal::new(act == Act::Review);
    let count = bulk.portal.inbox.picked.ids.with_untracked(|ids| u32::try_from(ids.len()).unwrap_or(u32::MAX));
    leptos::task::spawn_local(async move {
        match api::get_fresh::<Vec<Member>>(path::PEOPLE).await {
            Ok(mut all) => {
                // Somebody may be a member of several projects, under one number.
                all.dedup_by_key(|member| member.user);
                let _ = people.try_set(Some(all));
            }
            Err(failure) => bulk.portal.say(failure.words()),
        }
    });
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let shown = move || {
        let typed = typed.get().to_lowercase();
        let fits = |name: &str| {
            let name = name.to_lowercase();
            typed.split_whitespace().all(|word| name.contains(word))
        };
        people.with(|people| people.iter().flatten().filter(|member| fits(&member.name)).cloned().collect::<Vec<_>>())
    };
    let choice = move |this: Who, name: AnyView| {
        view! {
            <label class="who">
                <input type="radio" name="who" prop:checked=move || who.get() == Some(this) on:change=move |_| who.set(Some(this))/>
                {name}
            </label>
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(who) = who.get_untracked() else { return };
        let tasks: Vec<TaskId> = bulk.portal.inbox.picked.ids.with_untracked(|ids| ids.iter().copied().collect());
        let order = act.order(tasks.clone(), who, instead.get_untracked());
        bulk.send(path::ASSIGNMENTS, Some(order), tasks);
    };
    let (one, other) = act.title();
    let waits = move || who.get().is_none() || bulk.busy.get();
    view! {
        <dialog class="assign" node_ref=dialog aria-labelledby="assign-title" on:close=move |_| bulk.act.set(None)>
            <form on:submit=submit>
                <h2 id="assign-title">{t_count(one, other, count)}</h2>
                <input type="search" autocomplete="off" spellcheck="false" placeholder=t(words::PEOPLE) aria-label=t(words::PEOPLE)
                    on:input=move |event| typed.set(event_target_value(&event))/>
                <div class="people" role="radiogroup" aria-label=t(words::WHO)>
                    {(act == Act::Unassign).then(|| choice(Who::Everybody, t(words::EVERYBODY).into_any()))}
                    {move || match people.read().is_some() {
                        false => view! { <p class="quiet" role="status">{t(crate::text::app::LOADING)}</p> }.into_any(),
                        true => {
                            let shown = shown();
                            if shown.is_empty() {
                                view! { <p class="quiet" role="status">{t(words::NOBODY)}</p> }.into_any()
                            } else {
                                shown.into_iter()
                                    .map(|member| choice(Who::One(member.user), view! { <bdi>{member.name}</bdi> }.into_any()))
                                    .collect_view().into_any()
                            }
                        }
                    }}
                </div>
                {(act != Act::Unassign).then(|| view! {
                    <label class="who">
                        <input type="checkbox" prop:checked=move || instead.get() on:change=move |event| instead.set(event_target_checked(&event))/>
                        {t(if act == Act::Review { words::INSTEAD_REVIEW } else { words::INSTEAD })}
                    </label>
                })}
                <p class="quiet" id="assign-why">{move || who.get().is_none().then(|| t(words::CHOOSE))}</p>
                <div class="dialog-buttons">
                    <button type="button" class="btn" on:click=move |_| if let Some(dialog) = dialog.get_untracked() { dialog.close() }>{t(words::CANCEL)}</button>
                    <button class="btn primary" disabled=waits aria-describedby="assign-why">{t(act.go())}</button>
                </div>
            </form>
        </dialog>
    }
}
