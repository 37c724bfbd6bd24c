// Why a budget does not hold, and what was tried: said in the table beside each result that is not good enough yet.
const REASONS: [string, string][] = [
  ["list: wheel", "the gateway read 100,000 files on the same two cores meanwhile (the explorer's part of this run waits until that is over): processor time is what the page itself takes. Tried: rows keyed, no layout read while scrolling"],
  ["list: moved as by its scrollbar", "each move shows thirty other rows, all made anew. Tried: rows keyed, no layout read while scrolling; next would be rows that are filled anew instead of made anew"],
  ["explorer: wheel", "a row of new tiles in a frame. Tried: pictures and canvases wait while tiles fly by (wall time was 96 ms before), no layout read while scrolling"],
  ["explorer: moved as by its scrollbar", "each move shows forty other tiles, all made anew. Tried: pictures and canvases wait while tiles fly by; next would be tiles that are filled anew instead of made anew"],
  ["explorer: threshold dragged", "the canvases of all tiles in sight are drawn in one frame; next would be to spread them over some"],
  ["10,000 boxes: threshold dragged", "10,000 boxes are chosen, counted for the histogram and painted for each step. Tried: one bitmap for all boxes, counts and list changed in place, the list follows at rest, its layout contained"],
  ["scrubbed", "the decoder works on the same two cores: processor time of the page is the second number. Tried: what flies by is not asked for"],
  ["search in my tasks: rows", "at its worst while the gateway reads 100,000 files: each question takes in what was read since. Tried: lists from memory (733 ms by SQL), 30 ms instead of 120 before it is asked"],
  ["query in files: rows", "the query takes 15 to 40 ms, a page of tiles with all their shapes the rest, and 30 ms go by before it is asked. Tried: queries from memory; next would be fewer shapes a tile"],
];

/** The reason for a result that is not met, if one is known. */
export const reason = (what: string): string => REASONS.find(([part]) => what.includes(part))?.[1] ?? '';
