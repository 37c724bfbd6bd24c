//! The virtual grid: only the tiles near the opening are drawn, however many there are.

use leptos::{ev, prelude::*};
use portal_model::results::ResultView;
use wasm_bindgen::JsCast;

use super::{
    ExplorerState, Go,
    beside::Pane,
    layout::{Cells, Step},
    pick,
    preview::{Preview, PreviewHost},
    table::{Head, TableRow},
    tile::Tile,
};
use crate::{
    app::portal,
    paths::{self, TileSize},
    platform,
    text::{explorer as words, t},
};

/// Tiles are asked for when scrolling rests this long, in milliseconds: what flies by is not.
const REST: u32 = 50;

/// Scrolled further than this from one picture of the screen to the next, nobody looks at single tiles: pixels.
const FLIES: f64 = 40.0;

/// What all tiles share.
#[derive(Clone, Copy)]
pub struct Look {
    /// Tiles fly by: their pictures can wait.
    pub flies: RwSignal<bool>,
    /// Where they are.
    pub cells: Memo<Cells>,
    /// Predictions are drawn from this score on, in hundredths.
    pub least: Memo<u8>,
    /// What is drawn on them.
    pub view: Memo<ResultView>,
}

/// The tiles.
#[component]
pub fn Grid(go: Go) -> impl IntoView {
    let portal = portal();
    let pane = Pane::here();
    let preview = Preview::new(pane);
    let explorer = pane.explorer;
    let opening = NodeRef::<leptos::html::Div>::new();
    let least = Memo::new(move |_| explorer.view.read().least);
    let predictions = Memo::new(move |_| explorer.view.read().predictions);
    let size = Memo::new(move |_| explorer.view.read().size);
    let look = Look {
        flies: RwSignal::new(false),
        cells: Memo::new(move |_| Cells::new(explorer.total.get().unwrap_or(0), size.get(), explorer.room.get())),
        least,
        view: Memo::new(move |_| ResultView {
            predictions: predictions.get(),
            least: f64::from(least.get()) / 100.0,
            ..ResultView::default()
        }),
    };
    let cells = look.cells;
    let rows = Memo::new(move |_| cells.read().drawn(explorer.scroll.get()));
    let columns = Memo::new(move |_| cells.read().columns);
    let height = Memo::new(move |_| cells.read().height());
    measure(explorer, opening);
    keep_the_place(explorer, cells);
    // Coming back, jumping to a tile, or a new list: the element follows the number. Its own scrolling changes nothing here.
    // Asking the element where it is makes the browser lay out the tiles that were just changed: only asked when it may be elsewhere.
    let at = StoredValue::new((f64::NAN, f64::NAN));
    Effect::new(move |_| {
        let wanted = explorer.scroll.get();
        let tall = height.get();
        if let Some(element) = opening.get()
            && at.get_value() != (wanted, tall)
            && (f64::from(element.scroll_top()) - wanted).abs() >= 1.0
        {
            #[expect(clippy::cast_possible_truncation, reason = "lists end far below that")]
            element.set_scroll_top(wanted as i32);
        }
    });
    let tiles = Memo::new(move |_| cells.read().tiles(rows.get()));
    Effect::new(move |_| {
        explorer.stale.track();
        let wanted = tiles.get();
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if tiles.try_get_untracked().as_ref() == Some(&wanted) {
                explorer.ensure(portal, wanted);
            }
        });
    });
    preview.keys();
    keyboard(pane, cells, preview);
    if pane.is_first {
        pick::keys(portal);
    }
    let is_table = Memo::new(move |_| size.get() == TileSize::Table);
    let picking = Memo::new(move |_| explorer.picked.chosen.with(|chosen| *chosen != pick::Chosen::default()));
    let landing = landing(look.flies);
    view! {
        <div
            class="tiles" class:small=move || size.get() == TileSize::Small class:table=is_table class:picking=picking class:second=!pane.is_first node_ref=opening
            role="grid" tabindex="0" aria-label=t(words::GRID) aria-multiselectable="true"
            aria-rowcount=move || (cells.with(|cells| cells.total.div_ceil(cells.columns)) + u32::from(is_table.get())).to_string()
            aria-colcount=move || if is_table.get() { None } else { Some(columns.get().to_string()) }
            aria-activedescendant=move || explorer.selected.get().map(|index| pane.id(index))
            on:scroll=move |_| {
                if let Some(element) = opening.get_untracked() {
                    let now = f64::from(element.scroll_top());
                    at.set_value((now, height.get_untracked()));
                    landing((now - explorer.scroll.get_untracked()).abs() > FLIES);
                    explorer.scroll.set(now);
                }
            }
        >
            {move || is_table.get().then(|| view! { <Head go/> })}
            <div class="canvas" role="presentation" style:height=move || platform::fixed(height.get(), 0) + "px">
                <For
                    each=move || { let shape = (columns.get(), is_table.get()); rows.get().map(move |row| (row, shape)) }
                    key=|row| *row
                    children=move |(row, (_, as_table))| {
                        if as_table {
                            view! { <TableRow index=row look preview/> }.into_any()
                        } else {
                            view! { <TileRow row look preview/> }.into_any()
                        }
                    }
                />
            </div>
        </div>
        <PreviewHost preview look/>
    }
}

/// Answers what to call with each move, and whether it was far: tiles fly by until a moment after the last far one.
fn landing(flies: RwSignal<bool>) -> impl Fn(bool) + Copy {
    let moves = StoredValue::new(0_u32);
    move |far| {
        if !far {
            return;
        }
        let this = moves.get_value().wrapping_add(1);
        moves.set_value(this);
        if !flies.get_untracked() {
            flies.set(true);
        }
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if moves.try_get_value() == Some(this) {
                let _ = flies.try_set(false);
            }
        });
    }
}

/// Some tiles side by side.
#[component]
fn TileRow(row: u32, look: Look, preview: Preview) -> impl IntoView {
    let scroll = Pane::here().explorer.scroll;
    let top = Memo::new(move |_| look.cells.read().top(row, scroll.get()));
    let columns = look.cells.with_untracked(|cells| cells.columns);
    let pixels = |number: f64| platform::fixed(number, 1) + "px";
    view! {
        <div
            class="tile-row" role="row" aria-rowindex=(row + 1).to_string()
            style:transform=move || format!("translateY({})", pixels(top.get()))
            style:inset-inline=move || pixels(look.cells.read().edge)
            style:height=move || pixels(look.cells.with(|cells| cells.row() - cells.gap))
            style:grid-template-columns=format!("repeat({columns}, minmax(0, 1fr))")
        >
            <For each=move || look.cells.read().tiles(row..row + 1) key=|index| *index
                children=move |index| view! { <Tile index column=index % columns look preview/> }/>
        </div>
    }
}

/// Follows the size of the opening.
fn measure(explorer: ExplorerState, opening: NodeRef<leptos::html::Div>) {
    let room = explorer.room;
    let watch = StoredValue::new_local(None::<platform::SizeWatch>);
    Effect::new(move |_| {
        let Some(element) = opening.get() else { return };
        let seen = element.clone();
        let look = move || {
            let now = (f64::from(seen.client_width()), f64::from(seen.client_height()));
            // A page that is on its way out has no size.
            if now.0 > 0.0 && room.try_with_untracked(|room| *room != now) == Some(true) {
                let _ = room.try_set(now);
            }
        };
        look();
        watch.set_value(platform::SizeWatch::new(&element, look));
    });
}

/// The topmost tile stays the topmost when tiles change their size or the window does.
fn keep_the_place(explorer: ExplorerState, cells: Memo<Cells>) {
    let scroll = explorer.scroll;
    Effect::new(move |before: Option<Cells>| {
        let now = cells.get();
        if let Some(before) = before
            && before.columns != now.columns
            && before.total == now.total
            && scroll.get_untracked() > 0.0
        {
            scroll.set(now.offset_of(before.first(scroll.get_untracked())));
        }
        now
    });
}

/// Keys: arrows, `j`/`k`, page keys, Home and End move, with Shift they select on the way; Enter opens.
fn keyboard(pane: Pane, cells: Memo<Cells>, preview: Preview) {
    let portal = portal();
    let explorer = pane.explorer;
    let listener = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented();
        if modified || platform::is_typing() || platform::is_asking() {
            return;
        }
        // The second list has the keys while the focus is in it, else the first.
        let at_second = document().query_selector(".tiles.second:is(:focus, :has(:focus))").ok().flatten().is_some();
        if at_second == pane.is_first {
            return;
        }
        let is_rtl = document().dir() == "rtl";
        let on_a_control =
            document().active_element().is_some_and(|element| matches!(element.tag_name().as_str(), "A" | "BUTTON"));
        let here = explorer.selected.get_untracked();
        let step = match event.key().as_str() {
            "ArrowLeft" => {
                if is_rtl {
                    Step::On
                } else {
                    Step::Back
                }
            }
            "ArrowRight" => {
                if is_rtl {
                    Step::Back
                } else {
                    Step::On
                }
            }
            "j" => Step::On,
            "k" => Step::Back,
            "ArrowUp" => Step::Up,
            "ArrowDown" => Step::Down,
            "PageUp" => Step::PageUp,
            "PageDown" => Step::PageDown,
            "Home" => Step::First,
            "End" => Step::Last,
            "Enter" if !on_a_control => {
                if let Some(loaded) = here.and_then(|index| explorer.file(index)) {
                    portal.route.go(&address(&loaded.tile.file, explorer.view.read_untracked().least));
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let now = cells.get_untracked();
        let index = now.step(here, step);
        explorer.selected.set(Some(index));
        // Who walks on from the head of the table has left its buttons: Enter opens a file then.
        let grid = document().query_selector(".tiles:has(:focus)").ok().flatten();
        if let Some(grid) = grid.and_then(|grid| grid.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = grid.focus();
        }
        if event.shift_key() && now.total > 0 && pane.is_first {
            pick::extended(portal, here.unwrap_or(index), index);
        }
        preview.reached(index);
        if let Some(offset) = now.reveal(index, explorer.scroll.get_untracked()) {
            explorer.scroll.set(offset);
        }
    });
    on_cleanup(move || listener.remove());
}

/// The file's page, showing predictions from the same score on.
pub fn address(file: &portal_model::file::FileSummary, least: u8) -> String {
    let view = ResultView { least: f64::from(least) / 100.0, ..ResultView::default() };
    paths::file_showing(file.id, &view, None)
}
