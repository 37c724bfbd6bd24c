//! The second step before anything is written (EMB-25): what exactly changes, who is touched by it, what cannot be taken back,
//! why, and the button that does it.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::api::schemas;

use super::{
    differences::Differences,
    groups::archived,
    impact::Impact,
    send::{self, Refused},
    warnings::{ignored, warnings},
};
use crate::{
    api::Failure,
    platform,
    schema::{
        state::{Editor, Panel, Trouble},
        words as say,
    },
    text::{publish as w, schema, t, t_count},
    ui::{
        dialog,
        notice::{Kind, request, wait},
    },
};

/// Longer reasons are for a document that the reason names.
const WHY: &str = "500";

/// How far the review is.
#[derive(Clone)]
enum Looked {
    /// The gateway looks.
    Looking,
    /// What it saw.
    Here(Arc<schemas::Review>),
    /// It could not look.
    Failed(Failure),
}

/// The dialog.
#[component]
pub fn Review(editor: Editor) -> impl IntoView {
    let busy = RwSignal::new(false);
    let open = move || *editor.panel.read() == Panel::Review;
    let dialog = dialog::follow(open);
    let close = move || {
        if open() {
            editor.panel.set(Panel::None);
        }
    };
    view! {
        <dialog
            class="review wide" node_ref=dialog aria-labelledby="review-title"
            on:close=move |_| close()
            // What is on its way cannot be called back: the dialog stays until it is known how it went.
            on:cancel=move |event: web_sys::Event| if busy.get_untracked() { event.prevent_default() }
        >
            {move || open().then(|| view! { <Inside editor busy/> })}
        </dialog>
    }
}

/// What the dialog shows while it is open.
#[component]
fn Inside(editor: Editor, busy: RwSignal<bool>) -> impl IntoView {
    let looked = RwSignal::new(Looked::Looking);
    let look = move || {
        looked.set(Looked::Looking);
        leptos::task::spawn_local(async move {
            match send::plan(editor).await {
                Ok(review) => drop(looked.try_set(Looked::Here(Arc::new(review)))),
                Err(Refused::Failed(failure)) => drop(looked.try_set(Looked::Failed(failure))),
                Err(other) => editor.met(other),
            }
        });
    };
    look();
    move || {
        match looked.get() {
        Looked::Looking => view! {
            <h2 id="review-title">{t(w::REVIEW)}</h2>
            {wait(Kind::Inside, t(w::LOOKING))}
            <Back editor busy/>
        }
        .into_any(),
        Looked::Failed(failure) => view! {
            <h2 id="review-title">{t(w::REVIEW)}</h2>
            <div role="alert">
                <p class="fault">{failure.words()}" "{t(schema::DRAFT_STAYS)}</p>
                {request(Some(&failure))}
            </div>
            <div class="buttons">
                <button type="button" class="btn" on:click=move |_| editor.panel.set(Panel::None)>{t(schema::BACK)}</button>
                <button type="button" class="btn primary" on:click=move |_| look()>{t(crate::text::app::TRY_AGAIN)}</button>
            </div>
        }
        .into_any(),
        Looked::Here(review) => view! { <Seen editor busy review/> }.into_any(),
    }
    }
}

#[component]
fn Back(editor: Editor, busy: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="buttons">
            <button type="button" class="btn" disabled=move || busy.get() on:click=move |_| editor.panel.set(Panel::None)>{t(schema::BACK)}</button>
        </div>
    }
}

/// What the gateway saw.
#[component]
fn Seen(editor: Editor, busy: RwSignal<bool>, review: Arc<schemas::Review>) -> impl IntoView {
    let base = editor.base.get_untracked();
    let total = say::count(&review.changes);
    let archived = archived(&review.changes);
    let understood = RwSignal::new(archived == 0);
    let why = RwSignal::new(String::new());
    // Sent with the draft: another reason is another wish.
    let once = StoredValue::new(platform::once());
    let failed = RwSignal::new(None::<Failure>);
    let apply = move |_| {
        if busy.get_untracked() || !understood.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let (why, once) = (why.get_untracked(), once.get_value());
        leptos::task::spawn_local(async move {
            let answer = send::apply(editor, why.trim().to_owned(), &once).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(run) => editor.begun(run),
                Err(Refused::Failed(failure)) => drop(failed.try_set(Some(failure))),
                Err(other) => editor.met(other),
            }
        });
    };
    let partly = !review.uses_complete && (archived > 0 || !review.uses.is_empty());
    let impact = Impact::new(review.uses.clone(), review.uses_complete);
    let ignored = ignored(&review.changes);
    view! {
        <h2 id="review-title">{t_count(schema::REVIEW_ONE, schema::REVIEW_OTHER, total)}</h2>
        <div class="review-list" tabindex="0" role="group" aria-labelledby="review-title">
            <Differences changes=review.changes.clone() impact/>
        </div>
        {partly.then(|| view! { <p class="quiet">{t(w::USES_PARTLY)}</p> })}
        {warnings(&review.warnings, &base)}
        {(!ignored.is_empty()).then(|| view! {
            <ul class="sentences quiet">{ignored.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul>
        })}
        <div class="field">
            <label for="review-why">{t(w::WHY)}</label>
            <input type="text" id="review-why" dir="auto" autocomplete="off" maxlength=WHY aria-describedby="review-why-hint"
                prop:value=move || why.get()
                on:input=move |event| { why.set(event_target_value(&event)); once.set_value(platform::once()); }/>
            <p class="quiet" id="review-why-hint">{t(w::WHY_HINT)}</p>
        </div>
        {(archived > 0).then(|| view! {
            <label class="check">
                <input type="checkbox" prop:checked=understood on:change=move |event| understood.set(event_target_checked(&event))/>
                <span>{t_count(w::UNDERSTOOD_ONE, w::UNDERSTOOD_OTHER, archived)}</span>
            </label>
        })}
        <p class="quiet">{t_count(w::CALLS_ONE, w::CALLS_OTHER, review.calls)}" "{t(schema::AT_ONCE)}</p>
        <div role="alert">{move || failed.get().map(|failure| view! {
            <p class="fault">{failure.words()}" "{t(schema::DRAFT_STAYS)}</p> {request(Some(&failure))}
        })}</div>
        <div class="buttons">
            <button type="button" class="btn" disabled=move || busy.get() on:click=move |_| editor.panel.set(Panel::None)>{t(schema::BACK)}</button>
            <button type="button" class="btn primary" disabled=move || busy.get() || !understood.get() on:click=apply>
                {move || if busy.get() { t(schema::APPLYING).to_owned() } else { t_count(schema::APPLY_ONE, schema::APPLY_OTHER, total) }}
            </button>
        </div>
    }
}

impl Editor {
    /// What came between a draft and its way to Diffgram.
    pub(super) fn met(self, refused: Refused) {
        // The person may have left the editor meanwhile.
        if self.panel.try_set(Panel::None).is_some() {
            return;
        }
        match refused {
            Refused::Conflict(now) => self.trouble.set(Trouble::Conflict(Arc::new(*now))),
            Refused::UnderWay(run) => {
                self.portal.say(t(w::UNDER_WAY_ALREADY));
                self.run.set(Some(*run));
            }
            Refused::Faults(found) => self.checked.update(|checked| {
                for fault in found {
                    if !checked.faults.contains(&fault) {
                        checked.faults.push(fault);
                    }
                }
            }),
            Refused::Failed(failure) => self.trouble.set(Trouble::Failed(failure)),
        }
    }
}
