//! The browser's own protocol, over a pair of pipes: no port is opened, and the browser is gone when its pipe closes, also
//! after a `kill -9` of the tests.
//!
//! The browser wants its pipes as the file descriptors 3 and 4: a shell puts them there, and removes the profile's folder
//! when the browser has ended.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use super::Shared;

/// An answer that takes longer will not come.
const PATIENCE: Duration = Duration::from_mins(1);

/// So long nothing more is said once all is said.
const QUIET: Duration = Duration::from_millis(40);

const SHELL: &str = r#""$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null; rm -rf -- "$PROFILE""#;

const OPTIONS: [&str; 11] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--font-render-hinting=none",
];

/// A running browser.
pub(super) struct Browser {
    _child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    events: Vec<Value>,
    next: u64,
}

impl Browser {
    #[expect(clippy::disallowed_methods, reason = "tests look at pages in a real browser")]
    pub(super) fn start(program: &Path) -> Self {
        let profile = tempfile::Builder::new().prefix("browser").tempdir().expect("a temp folder").keep();
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(program).args(OPTIONS);
        command.arg(format!("--user-data-dir={}", profile.display())).env("PROFILE", &profile);
        if is_superuser() {
            command.arg("--no-sandbox");
        }
        let mut child = command
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let (commands, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(output).split(0) {
                let Ok(message) = message else { return };
                let value = serde_json::from_slice(&message).expect("the browser speaks JSON");
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        Self { _child: child, commands, messages, events: Vec::new(), next: 0 }
    }

    /// Sends a command, and waits for its answer; what happens meanwhile is kept.
    fn send(&mut self, session: Option<&str>, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).expect("the browser is there");
        loop {
            let message = self.receive(method);
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Waits for an event.
    fn wait_for(&mut self, method: &str) {
        while !self.events.iter().any(|event| event["method"] == method) {
            let message = self.receive(method);
            self.events.push(message);
        }
    }

    /// Takes what is on its way.
    fn settle(&mut self) {
        while let Ok(message) = self.messages.recv_timeout(QUIET) {
            self.events.push(message);
        }
    }

    fn receive(&self, what: &str) -> Value {
        self.messages
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("the browser does not answer {what}: {error}"))
    }
}

#[cfg(unix)]
fn is_superuser() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

#[cfg(not(unix))]
fn is_superuser() -> bool {
    false
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Whether the system asks for dark colours.
    pub dark: bool,
    /// Whether scripts may run.
    pub scripts: bool,
    /// Whether it is shown as it would be printed.
    pub print: bool,
}

impl Default for View {
    fn default() -> Self {
        Self { width: 1280, height: 900, dark: false, scripts: true, print: false }
    }
}

/// A page in a tab of its own that knows nothing of others, and is closed with it.
pub struct Page {
    browser: Shared,
    session: String,
    context: String,
    address: String,
}

impl Page {
    pub(super) fn open(mut browser: Shared, path: &Path, view: View) -> Self {
        let path = path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let address = format!("file://{}", path.display());
        let inner = browser.browser();
        inner.events.clear();
        let context = inner.send(None, "Target.createBrowserContext", &json!({}));
        let context = text(&context["browserContextId"]);
        let blank = json!({ "url": "about:blank", "browserContextId": context });
        let made = inner.send(None, "Target.createTarget", &blank);
        let target = text(&made["targetId"]);
        let attached =
            inner.send(None, "Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        let session = text(&attached["sessionId"]);
        let mut page = Self { browser, session, context, address };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.send(&format!("{domain}.enable"), &json!({}));
        }
        page.look(view);
        let address = page.address.clone();
        page.send("Page.navigate", &json!({ "url": address }));
        page.browser.browser().wait_for("Page.loadEventFired");
        page
    }

    /// Changes how the page is looked at.
    pub fn look(&mut self, view: View) {
        let size =
            json!({ "width": view.width, "height": view.height, "deviceScaleFactor": 1, "mobile": false });
        self.send("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if view.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let media = if view.print { "print" } else { "" };
        self.send("Emulation.setEmulatedMedia", &json!({ "media": media, "features": features }));
        self.send("Emulation.setScriptExecutionDisabled", &json!({ "value": !view.scripts }));
    }

    /// The value of an expression of JavaScript.
    #[track_caller]
    pub fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.send("Runtime.evaluate", &params);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Presses a key: a character, or a name such as `Escape`.
    pub fn press(&mut self, key: &str) {
        let is_character = key.chars().count() == 1;
        let mut down = json!({ "type": "keyDown", "key": key });
        if is_character {
            down["text"] = key.into();
        }
        self.send("Input.dispatchKeyEvent", &down);
        self.send("Input.dispatchKeyEvent", &json!({ "type": "keyUp", "key": key }));
    }

    /// Types a text.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(&c.to_string());
        }
    }

    /// A picture of what is seen, as PNG.
    pub fn picture(&mut self) -> Vec<u8> {
        let shot = self.send("Page.captureScreenshot", &json!({ "format": "png" }));
        let decoded = base64::prelude::BASE64_STANDARD.decode(text(&shot["data"]));
        decoded.expect("a picture")
    }

    /// What went wrong since the page was opened: errors, warnings and messages of scripts, what the policy refused,
    /// dialogs, requests for anything but the page itself.
    pub fn problems(&mut self) -> Vec<String> {
        self.browser.browser().settle();
        let address = self.address.clone();
        let told = |event: &Value| {
            let params = &event["params"];
            match event["method"].as_str()? {
                "Runtime.exceptionThrown" => Some(format!("exception: {}", params["exceptionDetails"])),
                "Runtime.consoleAPICalled" => Some(format!("console: {}", params["args"])),
                "Log.entryAdded" => Some(format!("log: {}", params["entry"]["text"])),
                "Page.javascriptDialogOpening" => Some(format!("dialog: {}", params["message"])),
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str()?;
                    let is_own = url.split('#').next() == Some(&address);
                    (!is_own).then(|| format!("request: {url}"))
                }
                _ => None,
            }
        };
        self.browser.browser().events.iter().filter_map(told).collect()
    }

    fn send(&mut self, method: &str, params: &Value) -> Value {
        let session = self.session.clone();
        self.browser.browser().send(Some(&session), method, params)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let context = json!({ "browserContextId": self.context.clone() });
        // A test that failed for want of an answer would fail again.
        if !std::thread::panicking() {
            self.browser.browser().send(None, "Target.disposeBrowserContext", &context);
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
