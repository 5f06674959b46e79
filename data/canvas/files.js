// SPDX-FileCopyrightText: 2026 The Baton authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Files that customer and agent send each other. Of an attachment's address only the path counts, and only one that the
// relay gives out: whatever a message names, nothing is ever asked of another host.

const ours = /^\/v3\/directline\/attachments\/[0-9a-f]{32}\/[^/]+$/;
const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

function pathOf(attachment) {
  try {
    const { pathname } = new URL(attachment.contentUrl, location.href);
    return ours.test(pathname) ? pathname : undefined;
  } catch {
    return undefined;
  }
}

const nameOf = attachment => String(attachment.name || attachment.contentType || "");

// A picture or a link for what lies at the relay, else the name alone.
function makeElement(attachment) {
  const path = pathOf(attachment);
  if (!path)
    return document.createTextNode(nameOf(attachment));

  const link = document.createElement("a");
  link.href = path;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  if (pictures.includes(attachment.contentType)) {
    const picture = document.createElement("img");
    picture.src = path;
    picture.alt = nameOf(attachment);
    // What was only called a picture is a link like any other file.
    picture.addEventListener("error", () => picture.replaceWith(nameOf(attachment)));
    link.append(picture);
  } else {
    link.download = nameOf(attachment);
    link.textContent = nameOf(attachment);
  }
  return link;
}

export function showAttachments(attachments) {
  return (attachments ?? []).filter(nameOf).map(attachment => {
    const item = document.createElement("div");
    item.className = "file";
    item.append(makeElement(attachment));
    return item;
  });
}

// As stock clients do it: the message, and each file by its name.
export function announce(files) {
  return files.map(file => ({ contentType: file.type || "application/octet-stream", name: file.name }));
}

// fetch() does not say how far it is.
export function upload(path, token, activity, files, progress) {
  const request = new XMLHttpRequest();
  const form = new FormData();

  form.append("activity", new Blob([JSON.stringify(activity)], { type: "application/vnd.microsoft.activity" }));
  for (const file of files)
    form.append("file", file, file.name);

  return new Promise((resolve, reject) => {
    const fail = () => reject(Object.assign(new Error(`HTTP ${request.status}`), { status: request.status }));

    request.addEventListener("load", () => request.status < 300 ? resolve() : fail());
    request.addEventListener("error", fail);
    request.upload.addEventListener("progress", event => {
      if (event.lengthComputable)
        progress(event.loaded / event.total);
    });
    request.open("POST", path);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.send(form);
  });
}
