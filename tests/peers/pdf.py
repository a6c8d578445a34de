"""Walks through a PDF as assistive technology does, and says what of PDF/UA-1 (ISO 14289-1) it misses.

usage: pdf.py FILE [WORD]

Each line on standard output is something that is missing; no line is a good document. WORD must be on every page.
This is not a conformance checker: it looks at what can be got wrong by whoever lays a document out.
"""

import re
import sys

import pikepdf

STANDARD = {
    "Document", "Part", "Sect", "Div", "P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody",
    "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Figure", "Form", "Caption", "Note", "Link",
}
PAINTS = {
    "Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "EI", "INLINE IMAGE",
}


def document(pdf):
    """What the document says of itself."""
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "MarkInfo does not say Marked"
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", str(root.get("/Lang", ""))):
        yield "there is no Lang"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "DisplayDocTitle is not set"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        if not metadata.get("dc:title"):
            yield "there is no dc:title"
        if str(metadata.get("pdfuaid:part")) != "1":
            yield "pdfuaid:part is not 1"
    if "/StructTreeRoot" not in root:
        yield "there is no structure tree"


def children(element):
    """What is below an element: elements as dictionaries, marked content as numbers."""
    below = element.get("/K")
    if below is None:
        return []
    return list(below) if isinstance(below, pikepdf.Array) else [below]


def elements(node, roles):
    """Every element, in reading order, with its standard role."""
    for child in children(node):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            name = str(child.S)[1:]
            yield str(roles.get("/" + name, "/" + name))[1:], child
            yield from elements(child, roles)


def structure(pdf):
    """Headings that skip a level, tables that are no tables, roles that nobody knows."""
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None:
        return
    roles = {key: value for key, value in tree.get("/RoleMap", {}).items()}
    level = 0
    seen = list(elements(tree, roles))
    if not seen:
        yield "the structure tree is empty"
    for role, element in seen:
        if role not in STANDARD:
            yield f"{role} is no standard role"
        heading = re.fullmatch(r"H([1-6])", role)
        if heading:
            if int(heading[1]) > level + 1:
                yield f"H{level} is followed by {role}"
            level = int(heading[1])
        if role == "TH" and not scope(element):
            yield "a TH has no Scope"
        if role == "Table":
            yield from table(element, roles)
    if level == 0:
        yield "there is no heading"


def scope(element):
    attributes = element.get("/A")
    rows = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
    rows = [row for row in rows if isinstance(row, pikepdf.Dictionary)]
    return any(str(row.get("/Scope", "")) in {"/Row", "/Column", "/Both"} for row in rows)


def table(element, roles):
    widths = set()
    for role, row in elements(element, roles):
        if role == "TR":
            cells = [name for name, _ in elements(row, roles) if name in {"TH", "TD"}]
            widths.add(len(cells))
    if len(widths) != 1 or 0 in widths:
        yield f"rows of a table have {sorted(widths)} cells"


def owned(tree):
    """The marked content that an element owns: number of the page's object, and its own."""
    for _, element in elements(tree, {}):
        page = element.get("/Pg")
        for child in children(element):
            if isinstance(child, int):
                yield page.objgen, child
            elif isinstance(child, pikepdf.Dictionary) and str(child.get("/Type", "")) == "/MCR":
                yield child.get("/Pg", page).objgen, int(child.MCID)


def content(pdf):
    """What is painted and is neither an element's nor an artifact, and what is said to be an element's and is not."""
    tree = pdf.Root.get("/StructTreeRoot")
    owners = list(owned(tree)) if tree is not None else []
    if len(owners) != len(set(owners)):
        yield "two elements own the same content"
    written = set()
    for number, page in enumerate(pdf.pages, 1):
        if str(page.obj.get("/Tabs", "/S")) != "/S":
            yield f"page {number}: Tabs is not S"
        depth = []
        loose = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            operator = str(operator)
            if operator in {"BMC", "BDC"}:
                marked = operands[1] if len(operands) > 1 else {}
                if isinstance(marked, pikepdf.Name):
                    marked = page.Resources.Properties[marked]
                artifact = str(operands[0]) == "/Artifact"
                inside = artifact or "/MCID" in marked
                if "/MCID" in marked:
                    written.add((page.obj.objgen, int(marked["/MCID"])))
                    if "artifact" in depth:
                        yield f"page {number}: content of an element is inside an artifact"
                depth.append("artifact" if artifact else "element" if inside else "other")
            elif operator == "EMC":
                if not depth:
                    yield f"page {number}: EMC without its beginning"
                else:
                    depth.pop()
            elif operator in PAINTS and not {"artifact", "element"} & set(depth):
                loose += 1
        if depth:
            yield f"page {number}: marked content is not ended"
        if loose:
            yield f"page {number}: {loose} things are painted outside the structure"
    for what, only in (("owned and not written", set(owners) - written), ("written and not owned", written - set(owners))):
        if only:
            yield f"{len(only)} pieces of content are {what}"


def fonts(pdf):
    """Fonts that another computer would have to guess, and text that cannot be read out."""
    for number, page in enumerate(pdf.pages, 1):
        for name, font in page.get("/Resources", {}).get("/Font", {}).items():
            if "/ToUnicode" not in font:
                yield f"page {number}: {name} has no ToUnicode"
            descendants = font.get("/DescendantFonts", [font])
            for descendant in descendants:
                descriptor = descendant.get("/FontDescriptor", {})
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
                    yield f"page {number}: {name} is not embedded"


def unicode_of(font):
    """The text of each glyph, from ToUnicode."""
    found = {}
    text = font.ToUnicode.read_bytes().decode("latin-1")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(value, 16) + step)
    return found


def word_on_every_page(pdf, word):
    for number, page in enumerate(pdf.pages, 1):
        letters = {name: unicode_of(font) for name, font in page.Resources.Font.items() if "/ToUnicode" in font}
        said, current = [], {}
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                current = letters.get(str(operands[0]), {})
            elif str(operator) in {"Tj", "TJ"}:
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        codes = bytes(part)
                        pairs = [int.from_bytes(codes[at:at + 2], "big") for at in range(0, len(codes), 2)]
                        said.extend(current.get(code, "\ufffd") for code in pairs)
        if word not in "".join(said):
            yield f"page {number}: `{word}` is not there"


def main():
    path, *words = sys.argv[1:]
    findings = []
    with pikepdf.open(path) as pdf:
        for looks in (document, structure, content, fonts):
            findings.extend(looks(pdf))
        for word in words:
            findings.extend(word_on_every_page(pdf, word))
    for finding in findings:
        print(finding)


main()
