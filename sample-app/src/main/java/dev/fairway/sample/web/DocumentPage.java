package dev.fairway.sample.web;

import dev.fairway.sample.desk.DocumentText;
import org.springframework.web.util.HtmlUtils;

/** The page around a document. Its body is safe already; its title is text. */
final class DocumentPage {
    private DocumentPage() {}

    static String of(DocumentText document) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <link rel="stylesheet" href="/desk.css">
                </head>
                <body>
                <main class="document">
                %s</main>
                </body>
                </html>
                """.formatted(HtmlUtils.htmlEscape(document.title(), "UTF-8"), document.html());
    }
}
