//! A draft on its way to Diffgram, call by call: how far it is, why it stands still, how to go on, and how it ended. It goes on
//! without this page, and is met again by whoever opens the schema.

use leptos::prelude::*;
use portal_model::{
    api::schemas::{Run, RunState, SchemaDetail, VersionDetail, path},
    schema::SchemaChange,
};

use super::differences::Differences;
use crate::{
    admin::{Answer, read},
    api::{self, Failure},
    paths, platform,
    schema::state::{Editor, Panel, Trouble},
    session,
    text::{Key, number, publish as w, schema, t, t_count, t_with},
    ui::ago::Ago,
};

/// How far it is, is asked this often, in milliseconds: while it goes on, and while it stands still or cannot be asked.
const ASKED: u32 = 1_000;
const SELDOM: u32 = 4_000;

/// A run that ended while it was looked at.
#[derive(Clone, Debug)]
struct Ended {
    run: Run,
    changes: Vec<SchemaChange>,
}

/// What the bar knows besides the run itself.
#[derive(Clone, Copy)]
struct Follow {
    editor: Editor,
    /// Whether the draft in this editor is what the run makes.
    ended: RwSignal<Option<Ended>>,
    /// It could not be asked how far it is.
    lost: RwSignal<Option<Failure>>,
    /// "Go on" or "Stop" is on its way.
    busy: RwSignal<bool>,
    /// The run that is asked for.
    asked: StoredValue<Option<i64>>,
}

/// The run of this schema, above the editor.
#[component]
pub fn RunBar(editor: Editor) -> impl IntoView {
    let follow = Follow {
        editor,
        ended: RwSignal::new(None),
        lost: RwSignal::new(None),
        busy: RwSignal::new(false),
        asked: StoredValue::new(None),
    };
    let id = Memo::new(move |_| editor.run.with(|run| run.as_ref().map(|run| run.id)));
    Effect::new(move |_| {
        let Some(id) = id.get() else { return };
        if follow.asked.get_value() != Some(id) {
            follow.asked.set_value(Some(id));
            follow.ended.set(None);
            leptos::task::spawn_local(follow.ask(id));
        }
    });
    view! {
        <Show when=move || id.get().is_some()><UnderWay follow/></Show>
        {move || follow.ended.get().map(|ended| over(follow, ended))}
    }
}

/// A run that is not over. Its parts change in place: who has a button in focus keeps it.
#[component]
fn UnderWay(follow: Follow) -> impl IntoView {
    let run = follow.editor.run;
    let state = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.state)));
    let far = Memo::new(move |_| run.with(|run| run.as_ref().map_or((0, 0), |run| (run.done, run.calls))));
    let is = move |which: RunState| state.get() == Some(which);
    let title = move || {
        t(match state.get() {
            Some(RunState::Paused) => w::RUN_PAUSED,
            Some(RunState::Waiting) => w::RUN_WAITING,
            _ => w::RUN_RUNNING,
        })
    };
    let said = move || {
        let (done, calls) = far.get();
        t_with(w::RUN_FAR, &[("done", &number(done)), ("calls", &number(calls))])
    };
    let by = run.with_untracked(|run| run.as_ref().map(|run| (run.by.clone(), run.began.clone(), run.number)));
    let reason = Memo::new(move |_| run.with(|run| run.as_ref().and_then(|run| run.reason.clone())));
    let until = Memo::new(move |_| run.with(|run| run.as_ref().and_then(|run| run.until.clone())));
    let left = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.left.clone()).unwrap_or_default()));
    view! {
        <section class="run" class:stands=move || !is(RunState::Running) aria-labelledby="run-title">
            <h2 id="run-title"><span role="status">{title}</span></h2>
            {by.map(|(by, began, version)| view! {
                <p class="quiet">{t_with(w::VERSION, &[("n", &number(version))])}" · "<bdi>{by}</bdi>" · "<Ago time=Signal::stored(began)/></p>
            })}
            <p class="far"><progress max=move || far.get().1.max(1).to_string() value=move || far.get().0.to_string() aria-label=t(w::RUN_PROGRESS)></progress><span>{said}</span></p>
            {move || reason.get().map(|reason| view! { <p class="fault"><bdi>{reason}</bdi></p> })}
            {move || until.get().filter(|_| is(RunState::Waiting)).map(|until| {
                let (when, _) = platform::until(&until, follow.editor.portal.now.get());
                view! { <p>{t_with(w::RUN_UNTIL, &[("when", &when), ("at", &platform::exact(&until))])}</p> }
            })}
            <Show when=move || is(RunState::Running)><p class="quiet">{t(w::RUN_LEAVE)}</p></Show>
            {move || follow.lost.get().map(|failure| view! { <p class="quiet" role="status">{failure.words()}" "{t(w::RUN_LOST)}</p> })}
            {move || (is(RunState::Paused) && !left.read().is_empty()).then(|| view! {
                <details><summary>{t(w::RUN_LEFT)}</summary><Differences changes=left.get()/></details>
            })}
            <p class="buttons">
                <Show when=move || is(RunState::Paused)>{press(follow, w::RUN_RESUME, "resume", "btn primary")}</Show>
                {press(follow, w::RUN_STOP, "stop", "btn")}
                <span class="quiet" id="run-stop-hint">{t(w::RUN_STOP_HINT)}</span>
            </p>
        </section>
    }
}

fn press(follow: Follow, words: Key, what: &'static str, class: &'static str) -> AnyView {
    view! {
        <button type="button" class=class disabled=move || follow.busy.get() aria-describedby="run-stop-hint"
            on:click=move |_| follow.say(what)>{t(words)}</button>
    }
    .into_any()
}

/// How a run ended.
fn over(follow: Follow, ended: Ended) -> AnyView {
    let Ended { run, changes } = ended;
    let done = run.state == RunState::Done;
    let (title, shown) = if done { (w::RUN_DONE, changes) } else { (w::RUN_STOPPED, run.left.clone()) };
    let said = if done {
        t_count(w::RUN_DONE_ONE, w::RUN_DONE_OTHER, run.calls)
    } else {
        t_with(w::RUN_STOPPED_WORDS, &[("done", &number(run.done)), ("calls", &number(run.calls))])
    };
    let summary = if done { w::RUN_CHANGES } else { w::RUN_LEFT };
    let version = t_with(w::VERSION, &[("n", &number(run.number))]);
    view! {
        <section class="run over" class:done=done aria-labelledby="run-title">
            <h2 id="run-title"><span role="status">{t(title)}</span></h2>
            <p>{done.then_some(version)}{done.then_some(". ")}{said}</p>
            {(!shown.is_empty()).then(|| view! { <details><summary>{t(summary)}</summary><Differences changes=shown/></details> })}
            <p class="buttons">
                {(!paths::is_embedded()).then(|| view! { <a class="btn" href=paths::change(run.audit)>{t(schema::SEE_LINE)}</a> })}
                <button type="button" class="btn" on:click=move |_| follow.editor.panel.set(Panel::History)>{t(w::SEE_VERSIONS)}</button>
                <button type="button" class="btn quietly" on:click=move |_| follow.ended.set(None)>{t(w::CLOSE)}</button>
            </p>
        </section>
    }
    .into_any()
}

fn is_over(run: &Run) -> bool {
    matches!(run.state, RunState::Done | RunState::Stopped)
}

impl Follow {
    /// Asks how far it is until it is over, or the editor is gone.
    async fn ask(self, id: i64) {
        let mut wait = ASKED;
        loop {
            platform::sleep(wait).await;
            let now = self.editor.run.try_get_untracked().flatten();
            let Some(known) = now.filter(|run| run.id == id) else { return };
            wait = if known.state == RunState::Running { ASKED } else { SELDOM };
            match api::get_fresh::<Run>(&path::run(known.schema, id)).await {
                Ok(run) => {
                    let _ = self.lost.try_set(None);
                    if self.heard(run) {
                        return;
                    }
                }
                Err(failure) => {
                    wait = SELDOM;
                    session::ended(self.editor.portal, &failure);
                    let _ = self.lost.try_set(Some(failure));
                }
            }
        }
    }

    /// Whether it is over.
    fn heard(self, run: Run) -> bool {
        if !is_over(&run) {
            let _ = self.editor.run.try_set(Some(run));
            return false;
        }
        if self.editor.run.try_set(None).is_none() {
            leptos::task::spawn_local(self.finish(run));
        }
        true
    }

    /// It is over: the editor goes on from what is there now.
    async fn finish(self, run: Run) {
        let mut changes = Vec::new();
        if run.state == RunState::Done
            && let Ok(version) = api::get_fresh::<VersionDetail>(&path::version(run.schema, run.number)).await
        {
            changes = version.changes;
        }
        if run.state == RunState::Done {
            // Whoever is around a frame hears of it (`embed::watch`).
            platform::tell(platform::APPLIED, &format!("{} {}", run.schema, run.number));
        }
        self.editor.after(&run).await;
        let _ = self.ended.try_set(Some(Ended { run, changes }));
    }

    /// "Go on" or "Stop".
    fn say(self, what: &'static str) {
        let Some(run) = self.editor.run.get_untracked().filter(|_| !self.busy.get_untracked()) else { return };
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let url = format!("{}/{what}", path::run(run.schema, run.id));
            let once = platform::once();
            let answer = api::send_with::<Run>("POST", &url, &[("idempotency-key", &once)], None::<&()>).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(run) => drop(self.heard(run)),
                Err(failure) => {
                    session::ended(self.editor.portal, &failure);
                    let _ = self.lost.try_set(Some(failure));
                }
            }
        });
    }
}

impl Editor {
    /// A draft is on its way.
    pub(super) fn begun(self, run: Run) {
        self.panel.set(Panel::None);
        self.run.set(Some(run));
    }

    /// A run is over: what of the draft is not in the schema now stays a draft, over what is there now.
    async fn after(self, run: &Run) {
        match read::<SchemaDetail>(self.portal, &path::schema(self.id)).await {
            Answer::Here(_) if self.draft.try_get_untracked().is_none() => {}
            Answer::Here(now) if run.state == RunState::Done && self.is_made(&now) => self.begin(now),
            Answer::Here(now) => self.rebase_onto(now),
            Answer::Failed(failure) => drop(self.trouble.try_set(Trouble::Failed(failure))),
            Answer::Reading | Answer::Missing | Answer::ForAdmins => {}
        }
    }
}
