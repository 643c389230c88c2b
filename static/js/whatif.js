// Live what-if for the weights of a selection. The page works without it: the sliders stand in a GET form, and the
// server answers with the same arithmetic (vendors/selection/scoring.py: what_if_tree, robustness.py: stability).
//
// The model is the JSON of to_model() in <script type="application/json" id="whatif-model">. What the page may hold,
// each optional, ID a top-level criterion and CANDIDATE a candidate:
//   input[type=range][data-weight=ID]     slider; its name (w_ID) is also the name in the query
//   [data-weight-out=ID]                  share in per cent, of a sum of 100
//   svg [data-band=ID]                    rect in a viewBox 100 wide, along the track: where the leader stays first
//   [data-band-text=ID]                   the same in words
//   [data-total=CANDIDATE]                total, one decimal; may occur many times
//   [data-rank-list] > [data-rank=CANDIDATE] with [data-position], [data-movement]; put in order of rank
//   [data-whatif-sentence]                the one sentence; [data-whatif-state] agreed or not; [data-whatif-reset] button

const TIE = 1e-9; // floating point: totals nearer than this are equal here (the server compares exact fractions)

/** Total of every candidate, 0 to 100 or null, for weights {group id: any size, sum above 0}. */
export function totals(model, weights) {
  return Object.fromEntries(model.candidates.map(({ id }) => {
    let points = 0, share = 0;
    model.groups.forEach((group, i) => {
      points += weights[group.id] * model.parts[id][i][0];
      share += weights[group.id] * model.parts[id][i][1];
    });
    return [id, share > 0 ? points / share : null];
  }));
}

/** Rank of every candidate: 1 is best, ties share; null when knocked out or without a total. */
export function ranks(model, totalOf) {
  const ranked = model.candidates.filter((each) => each.ranked && totalOf[each.id] !== null).map((each) => each.id);
  return Object.fromEntries(model.candidates.map(({ id }) =>
    [id, ranked.includes(id) ? 1 + ranked.filter((other) => totalOf[other] > totalOf[id] + TIE).length : null]));
}

/** Shares of 0 to 1 that sum to 1; null when every weight is 0. */
export function shares(weights) {
  const sum = Object.values(weights).reduce((a, b) => a + b, 0);
  return sum > 0 ? Object.fromEntries(Object.entries(weights).map(([id, weight]) => [id, weight / sum])) : null;
}

/** Both sums of a candidate as straight lines in the share t of one group: [points at 0, slope, share at 0, slope]. */
function lines(model, share, candidate, group) {
  const out = [];
  for (const k of [0, 1]) {
    let own = 0, others = 0;
    model.groups.forEach((each, i) => {
      const part = model.parts[candidate][i][k];
      if (each.id === group) own = part;
      else others += share[each.id] * part / (1 - share[group]);
    });
    out.push(others, own - others);
  }
  return out;
}

/** Where c0 + c1 t + c2 t^2 changes sign strictly between 0 and 1, rising. */
export function crossings([c0, c1, c2]) {
  const size = Math.max(Math.abs(c0), Math.abs(c1), Math.abs(c2));
  if (size === 0) return [];
  let roots = [];
  if (Math.abs(c2) < 1e-12 * size) roots = Math.abs(c1) < 1e-12 * size ? [] : [-c0 / c1];
  else {
    const square = c1 * c1 - 4 * c2 * c0;
    if (square > 1e-12 * size * size) {
      const q = -(c1 + (c1 < 0 ? -1 : 1) * Math.sqrt(square)) / 2; // avoids the difference of two near numbers
      roots = q === 0 ? [0] : [q / c2, c0 / q];
    }
  }
  return roots.filter((t) => t > TIE && t < 1 - TIE).sort((a, b) => a - b);
}

function lead(model, share, leader, rival, group) {
  const [n0, n1, d0, d1] = lines(model, share, leader, group);
  const [m0, m1, e0, e1] = lines(model, share, rival, group);
  return [n0 * e0 - m0 * d0, n0 * e1 + n1 * e0 - m0 * d1 - m1 * d0, n1 * e1 - m1 * d1];
}

/** Everything the page shows for these weights; null when every weight is 0. Same figures as the server's. */
export function analyse(model, weights) {
  const share = shares(weights);
  if (!share) return null;
  const totalOf = totals(model, weights), rankOf = ranks(model, totalOf);
  const leaders = model.candidates.filter(({ id }) => rankOf[id] === 1).map(({ id }) => id);
  const flips = [], bands = {};
  for (const { id: group } of model.groups) {
    const now = share[group];
    let low = 0, high = 1;
    for (const { id: rival } of model.candidates) {
      if (!leaders.length || rival === leaders[0] || rankOf[rival] === null || now > 1 - TIE) continue;
      const ahead = lead(model, share, leaders[0], rival, group);
      for (const t of crossings(ahead)) {
        flips.push({ criterion: group, rival, weight: t, current: now });
        if (t < now - TIE) low = Math.max(low, t);
        if (t > now + TIE) high = Math.min(high, t);
      }
      if (rankOf[rival] === 1) { // level now: which way does the leader fall behind?
        const slope = ahead[1] + 2 * now * ahead[2], flat = Math.abs(slope) < TIE;
        if ((!flat && slope > 0) || (flat && ahead[2] < -TIE)) low = now;
        if ((!flat && slope < 0) || (flat && ahead[2] < -TIE)) high = now;
      }
    }
    bands[group] = { low, high, current: now };
  }
  return { share, totals: totalOf, ranks: rankOf, leaders, flips, bands, sentence: sentence(model, rankOf, leaders, flips) };
}

/** Rounded for display, a half upwards, like the server. */
const rounded = (number, decimals = 1) => (number + TIE).toFixed(decimals);

function percents(now, then) {
  let a, b;
  for (let decimals = 1; decimals < 5; decimals += 1) {
    [a, b] = [now, then].map((t) => rounded(100 * t, decimals));
    if (a !== b || now === then) break;
  }
  return [a, b].map((text) => text.replace(/\.?0+$/, ''));
}

const percent = (share) => `${percents(share, share)[0]} %`;

/** The robustness in one plain sentence, word for word the server's. */
function sentence(model, rankOf, leaders, flips) {
  const name = Object.fromEntries(model.candidates.map((each) => [each.id, each.name]));
  if (!leaders.length) return 'Nobody can be ranked: no candidate has a score that counts.';
  if (leaders.length > 1) {
    const names = leaders.map((id) => name[id]);
    return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} share the first place.`;
  }
  if (Object.values(rankOf).filter((rank) => rank !== null).length === 1) return `${name[leaders[0]]} is the only candidate that can be ranked.`;
  const distance = (flip) => Math.abs(flip.weight - flip.current);
  const threat = flips.reduce((best, flip) => (best && distance(best) <= distance(flip) + 1e-12 ? best : flip), null);
  if (!threat) return `${name[leaders[0]]} stays first whatever weight any one criterion is given.`;
  const [now, then] = percents(threat.current, threat.weight);
  const criterion = model.groups.find((group) => group.id === threat.criterion).name;
  return `${criterion} must ${threat.weight > threat.current ? 'rise' : 'fall'} from ${now} % to ${then} % before ${name[threat.rival]} ranks first.`;
}

/** A slider's weight; an agreed 33.33 shown as 33 on a slider of whole numbers is still the agreed one. */
export function asked(raw, agreed) {
  const number = raw === null || String(raw).trim() === '' ? NaN : Number(raw);
  return !(number >= 0 && number <= 100) || number === Math.floor(agreed + 0.5) ? agreed : number;
}

/** Where the share t lies on a slider's own track, 0 to 100: the other sliders stand still, so `t = s / (s + rest)`. */
export function alongTrack(t, rest, least, most) {
  const slider = t >= 1 ? Infinity : rest * t / (1 - t);
  return 100 * Math.max(0, Math.min(1, (slider - least) / (most - least)));
}

function start(root) {
  const model = JSON.parse(root.getElementById('whatif-model').textContent);
  const all = (selector, within = root) => [...within.querySelectorAll(selector)];
  const fill = (attribute, id, text) => all(`[${attribute}="${CSS.escape(id)}"]`).forEach((each) => { each.textContent = text; });
  const agreed = Object.fromEntries(model.groups.map((group) => [group.id, group.weight]));
  const before = ranks(model, totals(model, agreed));
  const sliders = all('input[type=range][data-weight]').filter((slider) => slider.dataset.weight in agreed);
  const queryName = (slider) => slider.name || `w_${slider.dataset.weight}`;
  const weights = { ...agreed };

  function keepInAddress() {
    const address = new URL(location.href);
    for (const slider of sliders) {
      const id = slider.dataset.weight;
      if (weights[id] === agreed[id]) address.searchParams.delete(queryName(slider));
      else address.searchParams.set(queryName(slider), String(weights[id]));
    }
    history.replaceState(history.state, '', address);
  }

  function drawRanking(found) {
    for (const list of all('[data-rank-list]')) {
      const place = (item) => found.ranks[item.dataset.rank] ?? Infinity;
      const items = all('[data-rank]', list);
      const sorted = [...items].sort((a, b) => place(a) - place(b) || 0);
      if (sorted.some((item, i) => item !== items[i])) sorted.forEach((item) => item.parentNode.append(item));
      for (const item of items) {
        const id = item.dataset.rank, moved = found.ranks[id] === null || before[id] === null ? 0 : before[id] - found.ranks[id];
        const mark = item.querySelector('[data-movement]'), position = item.querySelector('[data-position]');
        if (position) position.textContent = found.ranks[id] ?? '–';
        if (!mark) continue;
        mark.textContent = moved ? `${moved > 0 ? '▲' : '▼'} ${Math.abs(moved)}` : '';
        mark.dataset.movement = moved > 0 ? 'up' : moved < 0 ? 'down' : '';
        if (moved) { mark.setAttribute('role', 'img'); mark.setAttribute('aria-label', `${moved > 0 ? 'up' : 'down'} ${Math.abs(moved)} against the agreed weights`); }
        else { mark.removeAttribute('role'); mark.removeAttribute('aria-label'); }
      }
    }
  }

  function drawBand(slider, found) {
    const id = slider.dataset.weight, band = found.bands[id];
    const rest = Object.entries(weights).reduce((sum, [other, weight]) => (other === id ? sum : sum + weight), 0);
    const edge = (t) => alongTrack(t, rest, Number(slider.min || 0), Number(slider.max || 100));
    for (const bar of all(`[data-band="${CSS.escape(id)}"]`)) {
      const from = rest > 0 ? edge(band.low) : 0, to = rest > 0 ? edge(band.high) : 100;
      bar.setAttribute('x', from.toFixed(2));
      bar.setAttribute('width', (to - from).toFixed(2));
    }
    const [low, high] = percents(band.low, band.high);
    fill('data-band-text', id, `${low} % to ${high} %`);
    fill('data-weight-out', id, percent(found.share[id]));
    slider.setAttribute('aria-valuetext', `${percent(found.share[id])} of the whole`);
  }

  function draw() {
    const found = analyse(model, weights), changed = sliders.some((slider) => weights[slider.dataset.weight] !== agreed[slider.dataset.weight]);
    const say = (text) => all('[data-whatif-sentence]').forEach((each) => { each.textContent = text; });
    all('[data-whatif-reset]').forEach((button) => { button.disabled = !changed; });
    all('[data-whatif-state]').forEach((each) => { each.textContent = changed ? 'Your what-if. The agreed weights stay as they are.' : 'The agreed weights.'; });
    if (!found) { say('Every weight is 0: raise at least one.'); return; }
    for (const { id } of model.candidates) fill('data-total', id, found.totals[id] === null ? '–' : rounded(found.totals[id]));
    drawRanking(found);
    sliders.forEach((slider) => drawBand(slider, found));
    say(found.sentence);
  }

  const take = (slider, raw) => { weights[slider.dataset.weight] = asked(raw, agreed[slider.dataset.weight]); };
  const query = new URLSearchParams(location.search);
  for (const slider of sliders) {
    take(slider, query.get(queryName(slider)));
    slider.value = weights[slider.dataset.weight];
    slider.addEventListener('input', () => { take(slider, slider.value); draw(); });
    slider.addEventListener('change', keepInAddress); // once a move ends: browsers limit how often an address may change
  }
  all('[data-whatif-reset]').forEach((button) => button.addEventListener('click', (event) => {
    event.preventDefault();
    Object.assign(weights, agreed);
    sliders.forEach((slider) => { slider.value = agreed[slider.dataset.weight]; });
    keepInAddress();
    draw();
  }));
  draw();
}

if (typeof document !== 'undefined' && document.getElementById('whatif-model')) start(document);
