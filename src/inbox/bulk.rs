//! What can be done with the tasks that are selected: copy and open for everybody; assign, unassign and set a reviewer for
//! reviewers and admins, with how far it is, what failed and why, and undo. A part of its own, fetched when something is selected.

mod people;

use leptos::prelude::*;
use portal_model::{
    api::acting::{Batch, BatchFailure, NewBatch, TaskIds, WhyNot, path},
    id::TaskId,
    permalink::{self, DiffgramOrigin, TaskLink},
    person::Role,
};

use self::people::{Act, AssignDialog};
use crate::{
    api,
    app::{Portal, portal},
    paths, platform,
    session::{self, SessionState},
    text::{Key, app, bulk as words, t, t_count, t_with},
};

/// Tabs that are opened at once at the most.
const TABS: usize = 5;
/// How far a batch is, is asked this often, in milliseconds.
const ASKED: u32 = 500;

/// What the bar knows.
#[derive(Clone, Copy)]
struct Bulk {
    portal: Portal,
    /// What is about to be done, while its dialog is open.
    act: RwSignal<Option<Act>>,
    /// The batch that is shown, as far as it is.
    batch: RwSignal<Option<Batch>>,
    /// The tasks of the batch that began here: those that are done are not selected any more.
    ordered: StoredValue<Vec<TaskId>>,
    /// An order is on its way.
    busy: RwSignal<bool>,
}

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let portal = portal();
    let picked = portal.inbox.picked;
    let bulk = Bulk {
        portal,
        act: RwSignal::new(None),
        batch: RwSignal::new(None),
        ordered: StoredValue::default(),
        busy: RwSignal::new(false),
    };
    Effect::new(move |_| match picked.batch.get() {
        Some(id) => bulk.follow(id),
        None => bulk.batch.set(None),
    });
    let count = Memo::new(move |_| picked.ids.with(|ids| u32::try_from(ids.len()).unwrap_or(u32::MAX)));
    view! {
        <div class="bulk" role="region" aria-label=t(words::TITLE)>
            {move || bulk.batch.get().map(|batch| view! { <Outcome bulk batch/> })}
            <Show when=move || { count.get() > 0 }><Doing bulk count/></Show>
        </div>
        {move || bulk.act.get().map(|act| view! { <AssignDialog bulk act/> })}
    }
}

/// What can be done with what is selected.
#[component]
fn Doing(bulk: Bulk, count: Memo<u32>) -> impl IntoView {
    let portal = bulk.portal;
    let picked = portal.inbox.picked;
    let looking =
        portal.session.with_untracked(|state| matches!(state, SessionState::In(session) if session.seen_by.is_some()));
    let may_assign = portal.is_at_least(Role::Reviewer) && !looking;
    let too_many = move || count.get() as usize > TABS;
    let act = move |act: Act, words: Key| {
        view! {
            <button type="button" class="btn" disabled=move || bulk.busy.get() on:click=move |_| bulk.act.set(Some(act))>{t(words)}</button>
        }
    };
    view! {
        <div class="bulk-line">
            <strong>{move || t_count(words::SELECTED_ONE, words::SELECTED_OTHER, count.get())}</strong>
            {may_assign.then(|| view! {
                {act(Act::Assign, words::ASSIGN)}{act(Act::Unassign, words::UNASSIGN)}{act(Act::Review, words::REVIEWER)}
            })}
            <button type="button" class="btn" on:click=move |_| bulk.copy()>{t(words::COPY)}</button>
            <button type="button" class="btn" disabled=too_many aria-describedby="bulk-open-why" on:click=move |_| bulk.open()>{t(words::OPEN)}</button>
            <span class="quiet" id="bulk-open-why">{move || too_many().then(|| t(words::OPEN_WHY))}</span>
            <span class="grow"></span>
            <button type="button" class="btn quietly" on:click=move |_| picked.clear()>{t(words::CLEAR)}</button>
        </div>
    }
}

/// How a batch stands, or how it ended.
#[component]
fn Outcome(bulk: Bulk, batch: Batch) -> impl IntoView {
    let (id, again) = (batch.id.clone(), batch.id.clone());
    let under_way = (!batch.over).then(|| {
        let values = [("done", &crate::text::number(batch.done)), ("total", &crate::text::number(batch.total))];
        let said = t_with(words::UNDER_WAY, &values.map(|(name, value)| (name, value.as_str())));
        view! {
            <span>{said.clone()}</span>
            <progress max=batch.total.to_string() value=batch.done.to_string() aria-label=said></progress>
        }
    });
    let over = batch.over.then(|| {
        let changed = if batch.undoes {
            t_count(words::BACK_ONE, words::BACK_OTHER, batch.changed)
        } else {
            t_count(words::CHANGED_ONE, words::CHANGED_OTHER, batch.changed)
        };
        let failed = (batch.failed > 0).then(|| view! { <strong class="bad">{t_count(words::FAILED_ONE, words::FAILED_OTHER, batch.failed)}</strong> });
        view! {
            <strong>{changed}</strong>{failed}
            {(batch.failed > 0).then(|| view! {
                <button type="button" class="btn" disabled=move || bulk.busy.get() on:click=move |_| bulk.send(&path::retry(&again), None, Vec::new())>{t(words::RETRY)}</button>
            })}
            {(batch.changed > 0).then(|| view! {
                <button type="button" class="btn" disabled=move || bulk.busy.get() on:click=move |_| bulk.send(&path::undo(&id), None, Vec::new())>
                    {t(if batch.undoes { words::REDO } else { words::UNDO })}
                </button>
            })}
            <span class="grow"></span>
            <button type="button" class="btn quietly" on:click=move |_| bulk.portal.inbox.picked.show(None)>{t(words::CLOSE)}</button>
        }
    });
    let more = batch.failed.saturating_sub(u32::try_from(batch.failures.len()).unwrap_or(u32::MAX));
    let list = (batch.over && !batch.failures.is_empty()).then(|| {
        let rows = batch.failures.iter().map(failure).collect_view();
        view! {
            <ul class="bulk-failures" tabindex="0" aria-label=t(words::FAILURES)>
                {rows}
                {(more > 0).then(|| view! { <li class="quiet">{t_count(words::MORE_ONE, words::MORE_OTHER, more)}</li> })}
            </ul>
        }
    });
    view! {
        <div class="bulk-line" role="status">{under_way}{over}</div>
        {list}
    }
}

/// A task that is as it was, and why.
fn failure(failure: &BatchFailure) -> impl IntoView + use<> {
    let why = t(match failure.why {
        WhyNot::NotFound => words::WHY_NOT_FOUND,
        WhyNot::NotYours => words::WHY_NOT_YOURS,
        WhyNot::NotAMember => words::WHY_NOT_A_MEMBER,
        WhyNot::Diffgram => words::WHY_DIFFGRAM,
        WhyNot::CutOff => words::WHY_CUT_OFF,
    });
    let number = t_with(words::TASK, &[("id", &failure.task.to_string())]);
    let task = match &failure.name {
        Some(name) => view! { <a href=paths::task(failure.task, None)><bdi>{name.clone()}</bdi></a> }.into_any(),
        None => number.into_any(),
    };
    view! { <li>{task}": "{why}</li> }
}

impl Bulk {
    /// Links of the portal, one a line.
    fn copy(self) {
        let origin = platform::location().origin().unwrap_or_default();
        let links: Vec<String> = self
            .portal
            .inbox
            .picked
            .ids
            .with_untracked(|ids| ids.iter().map(|id| format!("{origin}{}", paths::task(*id, None))).collect());
        let portal = self.portal;
        leptos::task::spawn_local(async move {
            let count = u32::try_from(links.len()).unwrap_or(u32::MAX);
            let text = links.join("\n");
            if platform::copy(&text).await {
                portal.say(t_count(words::COPIED_ONE, words::COPIED_OTHER, count));
            } else {
                portal.say(t_with(app::COPY_FAILED, &[("link", &text)]));
            }
        });
    }

    /// Each in Diffgram, in a tab of its own.
    fn open(self) {
        let origin = self.portal.session.with_untracked(|state| match state {
            SessionState::In(session) => DiffgramOrigin::parse(&session.diffgram).ok(),
            _ => None,
        });
        let Some(origin) = origin else { return };
        let ids: Vec<TaskId> =
            self.portal.inbox.picked.ids.with_untracked(|ids| ids.iter().copied().take(TABS).collect());
        let opened = ids.iter().filter(|id| {
            let link = permalink::task(&origin, **id, TaskLink::default());
            let tab = window().open_with_url_and_target(&link, "_blank").ok().flatten();
            tab.is_some_and(|tab| tab.set_opener(&wasm_bindgen::JsValue::NULL).is_ok())
        });
        // Browsers let a page open one tab at a press, unless told otherwise.
        if opened.count() < ids.len() {
            self.portal.say(t(words::BLOCKED));
        }
    }

    /// Sends an order, and shows what becomes of it.
    fn send(self, url: &str, order: Option<NewBatch>, tasks: Vec<TaskId>) {
        let url = url.to_owned();
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            // A button that was pressed once is one order, however often the browser sends it.
            let key = format!("{}-{}", platform::now(), js_sys::Math::random());
            let answer = api::send_with::<Batch>("POST", &url, &[("idempotency-key", &key)], order.as_ref()).await;
            let _ = self.busy.try_set(false);
            match answer {
                Ok(batch) => {
                    if order.is_some() {
                        let _ = self.ordered.try_set_value(tasks);
                    }
                    let _ = self.act.try_set(None);
                    let id = batch.id.clone();
                    let _ = self.batch.try_set(Some(batch));
                    let picked = self.portal.inbox.picked;
                    // The same one again, after what failed waits again.
                    picked.batch.set(None);
                    picked.show(Some(id));
                }
                Err(failure) => {
                    session::ended(self.portal, &failure);
                    self.portal.say(failure.words());
                }
            }
        });
    }

    /// Asks how far a batch is until it is over, or another one is shown.
    fn follow(self, id: String) {
        leptos::task::spawn_local(async move {
            let picked = self.portal.inbox.picked;
            let url = path::batch(&id);
            while picked.batch.try_with_untracked(|shown| shown.as_ref() == Some(&id)) == Some(true) {
                match api::get_fresh::<Batch>(&url).await {
                    Ok(batch) => {
                        let over = batch.over;
                        if over {
                            self.let_go(&batch);
                        }
                        if self.batch.try_set(Some(batch)).is_some() || over {
                            return;
                        }
                    }
                    // Kept for a week only, or somebody else's who was here before.
                    Err(failure) if failure.is_not_found() => return picked.show(None),
                    Err(failure) => {
                        session::ended(self.portal, &failure);
                        if failure.is_signed_out() {
                            return;
                        }
                    }
                }
                platform::sleep(ASKED).await;
            }
        });
    }

    /// What is done is not selected any more; what failed is.
    fn let_go(self, batch: &Batch) {
        let ordered = self.ordered.try_update_value(std::mem::take).unwrap_or_default();
        if ordered.is_empty() {
            return;
        }
        let failed = |id: &TaskId| batch.failures.iter().any(|failure| failure.task == *id);
        self.portal.inbox.picked.ids.update(|ids| {
            for id in ordered.iter().filter(|id| !failed(id)) {
                ids.remove(id);
            }
        });
    }
}

/// The tasks of the rows between two, both included: of those, too, that have not come.
pub async fn ids_between(portal: Portal, (first, last): (u32, u32)) -> Result<Vec<TaskId>, api::Failure> {
    let inbox = portal.inbox;
    let query = inbox.view.with_untracked(|view| view.query(platform::zone));
    let snapshot = inbox.snapshot().map(|snapshot| format!("&snapshot={snapshot}")).unwrap_or_default();
    let query = format!("{query}&offset={first}&limit={}{snapshot}", last - first + 1);
    api::get_fresh::<TaskIds>(&format!("{}?{query}", path::TASK_IDS)).await.map(|answer| answer.ids)
}
