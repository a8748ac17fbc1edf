// Drives the page of examples/webflux-orders in a real browser: starts the load, presses every button, and says what the page showed.
// Arguments: URL of the page, path of Chromium, folder for the pictures. Ends with 1 if something did not come.
import {chromium} from "playwright-core";

const [url, executablePath, pictures] = process.argv.slice(2);
const PATIENCE = 60_000;
const lines = [];
const problems = [];

const browser = await chromium.launch({executablePath, args: process.getuid() === 0 ? ["--no-sandbox"] : []});
const page = await browser.newPage({viewport: {width: 1280, height: 900}, colorScheme: "light"});
page.setDefaultTimeout(PATIENCE);
page.on("console", message => message.type() === "error" && !message.text().includes("status of") && problems.push("console: " + message.text()));
page.on("pageerror", error => problems.push("error in the page: " + error.message));
page.on("request", request => new URL(request.url()).origin !== new URL(url).origin && !request.url().startsWith("data:")
    && problems.push("asked somebody else: " + request.url()));

const text = id => page.textContent("#" + id);
const bar = async label => Number((await page.textContent(`dd[data-of="${label}"]`)).replace(/\D/g, "") || 0);
const figures = async () => ({
    committed: await bar("committed"), rolledBack: await bar("rolled back"), inDoubt: await bar("in doubt"),
    left: await bar("left by caller"), again: await bar("run again"),
    done: await bar("done"), failed: await bar("failed (5xx)"),
    acquired: Number(await text("acquired")), pending: Number(await text("pending")), active: Number(await text("active")),
    books: await page.getAttribute("#books", "data-state")
});

function say(what) {
    lines.push(what);
    console.log(what);
}

/** Waits until the page shows something. */
async function until(what, predicate, argument) {
    try {
        await page.waitForFunction(predicate, argument, {timeout: PATIENCE, polling: 50});
    } catch (late) {
        problems.push(`never shown: ${what}`);
    }
}

const happened = what => until(what, wanted =>
    [...document.querySelectorAll("#happenings li")].some(each => each.textContent.includes(wanted)), what);
const committedAbove = (figure, what) => until(what, wanted =>
    Number(document.querySelector('dd[data-of="committed"]').textContent.replace(/\D/g, "")) > wanted, figure);
const books = state => until("books " + state, wanted => document.getElementById("books").dataset.state === wanted, state);

function report(what, before, after) {
    const rows = Object.keys(after).map(key => `${key} ${before[key]} -> ${after[key]}`);
    say(`${what}\n    ${rows.slice(0, 5).join(", ")}\n    ${rows.slice(5).join(", ")}`);
}

await page.goto(url);
await until("the feed", () => document.getElementById("connection").dataset.state === "here");
await books("BALANCED");
say(`${await text("engine")}: ${await text("books-title")}. ${await text("books-detail")}.`);

let before = await figures();
await page.click("#load");
await committedAbove(200, "200 transfers");
await until("somebody at work", () => document.querySelectorAll("#sessions li").length > 0);
await until("connections in use", () => Number(document.getElementById("acquired").textContent) > 0);
report("Start load", before, await figures());

before = await figures();
await page.click("#kill");
await happened("backends killed");
await committedAbove(before.committed + 200, "200 transfers after backends were killed");
await books("BALANCED");
report("Kill backends", before, await figures());

before = await figures();
await page.click("#hold");
await until("commits held", () => Number(document.getElementById("held").textContent) > 0);
await until("transactions that commit", () => document.querySelector('.phase[data-phase="COMMITTING"]') !== null);
await until("callers that wait", () => Number(document.getElementById("pending").textContent) > 0);
report("Hold commits, while they are held", before, await figures());
await page.screenshot({path: `${pictures}/orders-held.png`});
await happened("commits let go");
before = await figures();
await committedAbove(before.committed + 200, "200 transfers after commits were let go");
await books("BALANCED");
report("Hold commits, after they were let go", before, await figures());

before = await figures();
await page.click("#restart");
await happened("server stopped");
await happened("server started again");
await committedAbove(before.committed + 200, "200 transfers after the server was started again");
await books("BALANCED");
report("Restart server", before, await figures());

await committedAbove((await figures()).committed + 500, "500 more transfers");
await page.screenshot({path: `${pictures}/orders-desktop.png`, fullPage: true});
await page.emulateMedia({colorScheme: "dark"});
await page.screenshot({path: `${pictures}/orders-desktop-dark.png`, fullPage: true});
await page.setViewportSize({width: 390, height: 844});
await page.emulateMedia({colorScheme: "light"});
await until("the charts in the width of a phone", () => document.getElementById("rate-chart").clientWidth < 390);
await committedAbove((await figures()).committed + 1, "a snapshot, which draws the charts in their new width");
await page.screenshot({path: `${pictures}/orders-phone.png`, fullPage: true});
const wide = await page.evaluate(() => document.documentElement.scrollWidth);
if (wide > 390) {
    problems.push(`the page is ${wide} wide on a phone of 390`);
}
say(`Phone: the page is ${wide} pixels wide on a screen of 390.`);

before = await figures();
await page.click("#load");
await until("nobody at work", () => document.getElementById("active").textContent === "0"
    && document.getElementById("acquired").textContent === "0" && document.getElementById("load").dataset.state === "idle");
await books("BALANCED");
report("Stop load", before, await figures());
say(`At the end: ${await text("books-title")}. ${await text("books-detail")}.`);

await browser.close();
problems.forEach(problem => say("PROBLEM " + problem));
say(problems.length === 0 ? "PASSED" : "FAILED");
process.exitCode = problems.length === 0 ? 0 : 1;
