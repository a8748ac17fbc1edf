"use strict";

const KEPT = 120; // of two in a second
const history = [];
let last = null;

const $ = id => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const time = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit", second: "2-digit"});

function make(name, attributes, ...children) {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...children);
    return element;
}

function draw(name, attributes, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    if (text !== undefined) {
        element.textContent = text;
    }
    return element;
}

function millis(value) {
    return value >= 1000 ? (value / 1000).toFixed(1) + " s" : value >= 10 ? Math.round(value) + " ms" : value.toFixed(1) + " ms";
}

/* Charts */

function chart(svg, lines, scale) {
    const width = svg.clientWidth, height = svg.clientHeight, left = 46, bottom = height - 16, top = 8;
    const x = index => left + (index + KEPT - history.length) / (KEPT - 1) * (width - left);
    const y = value => bottom - scale.share(value) * (bottom - top);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    for (const tick of scale.ticks) {
        svg.append(draw("line", {class: "grid", x1: left, x2: width, y1: y(tick), y2: y(tick)}));
        svg.append(draw("text", {x: left - 6, y: y(tick) + 4, "text-anchor": "end"}, scale.label(tick)));
    }
    svg.append(draw("text", {x: left, y: height - 2}, "1 min ago"));
    svg.append(draw("text", {x: width, y: height - 2, "text-anchor": "end"}, "now"));
    history.forEach((point, index) => {
        if (point.happened) {
            svg.append(draw("line", {class: "mark", x1: x(index), x2: x(index), y1: top, y2: bottom}));
        }
    });
    for (const line of lines) {
        for (const run of runs(line.value)) {
            const points = run.map(index => `${x(index).toFixed(1)},${y(line.value(history[index])).toFixed(1)}`);
            if (line.area) {
                const from = x(run[0]).toFixed(1), to = x(run[run.length - 1]).toFixed(1);
                svg.append(draw("polygon", {class: "area", points: `${from},${bottom} ${points.join(" ")} ${to},${bottom}`}));
            }
            svg.append(draw("polyline", {class: "line " + line.name, points: points.join(" ")}));
        }
    }
}

/* Stretches in which there is a value, because no line leads over a gap. */
function runs(value) {
    const found = [];
    let run = [];
    history.forEach((point, index) => {
        if (value(point) === null) {
            run = [];
        } else {
            if (run.length === 0) {
                found.push(run);
            }
            run.push(index);
        }
    });
    return found;
}

function linear(most) {
    const step = [1, 2, 5].flatMap(n => [1, 10, 100, 1000, 10000].map(f => n * f)).sort((a, b) => a - b).find(s => most <= 4 * s) || most;
    const end = step * Math.max(1, Math.ceil(most / step));
    const ticks = [];
    for (let tick = 0; tick <= end; tick += step) {
        ticks.push(tick);
    }
    return {ticks, share: value => value / end, label: tick => number.format(tick)};
}

const LOGARITHMIC = {
    ticks: [1, 10, 100, 1000, 10000],
    share: value => Math.min(1, Math.max(0, Math.log10(Math.max(value, 1)) / 4)),
    label: tick => tick >= 1000 ? tick / 1000 + " s" : tick + " ms"
};

/* What is shown of one moment */

function remember(now) {
    let rate = null;
    if (last && now.at > last.at && now.answers.done >= last.answers.done) {
        rate = (now.answers.done - last.answers.done) * 1000 / (now.at - last.at);
    }
    if (last && now.answers.done < last.answers.done) {
        history.length = 0;
    }
    const told = now.happenings.length === 0 ? 0 : now.happenings[now.happenings.length - 1].number;
    history.push({
        rate,
        p50: now.latency.count > 0 ? now.latency.p50 : null,
        p99: now.latency.count > 0 ? now.latency.p99 : null,
        happened: last !== null && told > last.told
    });
    if (history.length > KEPT) {
        history.shift();
    }
    last = {at: now.at, answers: now.answers, told};
}

function showBooks(books) {
    const box = $("books");
    const state = books.broken > 0 ? "BROKEN" : books.state;
    if (box.dataset.state !== state) {
        box.dataset.state = state;
    }
    $("books-title").textContent = books.state === "BALANCED" && books.broken > 0 ? "The books balance, but did not before" : {
        BALANCED: "The books balance", BROKEN: "The books do not balance", UNKNOWN: "The database does not tell"
    }[books.state];
    $("books-detail").textContent = {
        BALANCED: () => `All balances together are ${number.format(books.actual)}, as at the start`,
        BROKEN: () => `All balances together are ${number.format(books.actual)}, and must be ${number.format(books.expected)}`,
        UNKNOWN: () => "It is asked again twice a second, on a connection of its own"
    }[books.state]() + (books.broken > 0 ? `; they were found broken ${number.format(books.broken)} times` : "");
}

function showBars(list, rows) {
    const most = Math.max(1, ...rows.map(row => row.value || 0));
    if (list.childElementCount !== rows.length * 3) {
        list.replaceChildren(...rows.flatMap(row => [
            make("dt", {}, row.label),
            make("div", {class: "bar"}, make("i", {class: row.kind})),
            make("dd", {"data-of": row.label})]));
    }
    rows.forEach((row, index) => {
        const share = row.value ? Math.max(2, 100 * row.value / most) : 0;
        list.children[3 * index + 1].firstElementChild.style.width = share + "%";
        list.children[3 * index + 2].textContent = row.value === null ? "–" : number.format(row.value);
    });
}

function showPool(pool, chaos) {
    const slots = [];
    for (let slot = 0; slot < pool.maxSize; slot++) {
        slots.push(make("i", {class: slot < pool.acquired ? "used" : slot < pool.acquired + pool.idle ? "idle" : ""}));
    }
    for (let waiting = 0; waiting < Math.min(pool.pending, 24); waiting++) {
        slots.push(make("i", {class: "waits"}));
    }
    $("slots").replaceChildren(...slots);
    $("acquired").textContent = pool.acquired;
    $("idle").textContent = pool.idle;
    $("pending").textContent = pool.pending;
    $("held").textContent = chaos.heldCommits;
}

function showSessions(now) {
    const plain = now.transactions === "plain";
    $("active").textContent = plain ? "" : now.active;
    $("nobody").textContent = plain ? "Plain Spring transactions do not tell who is at work." : "Nobody.";
    $("nobody").hidden = now.longest.length > 0;
    $("sessions").replaceChildren(...now.longest.map(each => make("li", {},
        make("span", {class: "phase", "data-phase": each.phase}, each.phase.toLowerCase().replace("_", " ")),
        make("span", {class: "what", title: each.statement || ""}, make("b", {}, each.name), " ",
            each.backend ? "on " + each.backend + ", " : "",
            "waits for " + each.waitsFor.toLowerCase(),
            each.statement ? ": " + each.statement.replace(/\s+/g, " ") : ""),
        make("span", {}, millis(each.ageMillis)))));
}

function showHappenings(happenings) {
    $("nothing").hidden = happenings.length > 0;
    $("happenings").replaceChildren(...happenings.slice().reverse().map(each => make("li", {},
        make("time", {}, time.format(new Date(each.at))), make("span", {}, each.what))));
}

function showButtons(now) {
    const {allowed, serverIsOwn, heldCommits, restarting} = now.chaos;
    $("load").dataset.state = now.load.running ? "running" : "idle";
    $("load").textContent = now.load.running ? "Stop load" : `Start load (${now.load.clients})`;
    $("load").disabled = !allowed;
    $("kill").disabled = !allowed || restarting;
    $("hold").disabled = !allowed || !serverIsOwn || heldCommits > 0;
    $("restart").disabled = !allowed || !serverIsOwn || restarting;
    $("restart").textContent = restarting ? "Restarting …" : "Restart server";
}

function show(now) {
    remember(now);
    $("engine").textContent = now.transactions === "plain" ? "plain Spring transactions" : "Reactive Sessions";
    showBooks(now.books);
    showButtons(now);
    showPool(now.pool, now.chaos);
    $("circuit").dataset.state = now.circuit;
    $("circuit").textContent = "circuit " + now.circuit.toLowerCase().replace("_", " ");
    $("circuit").hidden = now.transactions === "plain";
    showBars($("outcomes"), [
        {label: "committed", kind: "good", value: now.outcomes.committed},
        {label: "rolled back", kind: "", value: now.outcomes.rolledBack},
        {label: "not started", kind: "", value: now.outcomes.notStarted},
        {label: "in doubt", kind: "bad", value: now.outcomes.inDoubt},
        {label: "left by caller", kind: "open", value: now.outcomes.cancelled},
        {label: "run again", kind: "open", value: now.outcomes.retried}]);
    showBars($("answers"), [
        {label: "done", kind: "good", value: now.answers.done},
        {label: "refused (4xx)", kind: "", value: now.answers.refused},
        {label: "failed (5xx)", kind: "bad", value: now.answers.failed},
        {label: "left before", kind: "open", value: now.answers.left}]);
    showSessions(now);
    showHappenings(now.happenings);
    const point = history[history.length - 1];
    $("rate").textContent = point.rate === null ? "0" : number.format(Math.round(point.rate));
    $("p50").textContent = point.p50 === null ? "–" : millis(point.p50);
    $("p99").textContent = point.p99 === null ? "–" : millis(point.p99);
    drawCharts();
}

function drawCharts() {
    chart($("rate-chart"), [{name: "rate", area: true, value: point => point.rate}],
        linear(Math.max(4, ...history.map(point => point.rate || 0))));
    chart($("latency-chart"), [{name: "p50", value: point => point.p50}, {name: "p99", value: point => point.p99}], LOGARITHMIC);
}

/* Buttons */

async function ask(path) {
    const said = $("said");
    said.textContent = "…";
    said.dataset.state = "";
    try {
        const answer = await fetch(path, {method: "POST"});
        const text = await answer.text();
        const body = text ? JSON.parse(text) : {};
        said.dataset.state = answer.ok ? "" : "refused";
        said.textContent = answer.ok ? sentence(body.happened || "Done") : sentence(body.detail || body.title || "It did not work");
    } catch (failed) {
        said.dataset.state = "refused";
        said.textContent = "The service did not answer.";
    }
}

function sentence(text) {
    return text.charAt(0).toUpperCase() + text.slice(1) + ".";
}

$("load").addEventListener("click", () => ask($("load").dataset.state === "running" ? "load/stop" : "load/start"));
$("kill").addEventListener("click", () => ask("chaos/kill-backends"));
$("hold").addEventListener("click", () => ask("chaos/hold-commits"));
$("restart").addEventListener("click", () => ask("chaos/restart-server"));
window.addEventListener("resize", drawCharts);

/* The feed */

function connected(here) {
    $("connection").dataset.state = here ? "here" : "away";
    $("connection").textContent = here ? "live" : "the service is away";
}

const feed = new EventSource("live");
feed.onmessage = event => {
    connected(true);
    show(JSON.parse(event.data));
};
feed.onerror = () => connected(false);
