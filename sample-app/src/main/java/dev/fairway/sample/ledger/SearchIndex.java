package dev.fairway.sample.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which words stand in which documents. In memory, so it is as large as the documents are many; thread-safe.
 */
final class SearchIndex {
    private static final Pattern TAG = Pattern.compile("<[^>]*>");
    private static final Pattern ENTITY = Pattern.compile("&(?:[a-zA-Z]+|#\\d+|#x[0-9a-fA-F]+);");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    /** In the order in which they were added; guarded by this, as the other. */
    private final Map<UUID, Entry> documents = new LinkedHashMap<>();

    private final Map<String, Set<UUID>> byWord = new HashMap<>();

    /** Adds a document, in place of an earlier one of that id. */
    synchronized void add(DocumentPrinted document) {
        Entry earlier = documents.remove(document.id());
        if (earlier != null) {
            earlier.words.forEach(word -> forget(word, document.id()));
        }
        Set<String> words = words(document.title() + " " + text(document.html()));
        documents.put(
                document.id(), new Entry(new FoundDocument(document.id(), document.tenant(), document.title()), words));
        words.forEach(
                word -> byWord.computeIfAbsent(word, absent -> new HashSet<>()).add(document.id()));
    }

    private void forget(String word, UUID id) {
        Set<UUID> with = byWord.get(word);
        if (with != null && with.remove(id) && with.isEmpty()) {
            byWord.remove(word);
        }
    }

    /** The documents with all the words, the last added first. */
    synchronized List<FoundDocument> find(String query, @Nullable String tenant, int limit) {
        Set<UUID> ids = null;
        for (String word : words(query)) {
            Set<UUID> with = byWord.getOrDefault(word, Set.of());
            if (ids == null) {
                ids = new HashSet<>(with);
            } else {
                ids.retainAll(with);
            }
        }
        if (ids == null || ids.isEmpty()) {
            return List.of();
        }
        List<FoundDocument> found = new ArrayList<>();
        for (Entry entry : documents.values()) {
            if (ids.contains(entry.document.id()) && (tenant == null || tenant.equals(entry.document.tenant()))) {
                found.add(entry.document);
            }
        }
        Collections.reverse(found);
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    private static String text(String html) {
        return ENTITY.matcher(TAG.matcher(html).replaceAll(" ")).replaceAll(" ");
    }

    private static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>(List.of(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT))));
        words.remove("");
        return words;
    }

    private record Entry(FoundDocument document, Set<String> words) {}
}
