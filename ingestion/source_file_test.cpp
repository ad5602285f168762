// Bytes of landed files: their fingerprint, and what is in gzipped ones.
#include "ingestion/source_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <string>

#include "base/error.hpp"
#include "tests/support.hpp"

namespace cartograph::ingestion {
namespace {

namespace fs = std::filesystem;
using tests::gzip;

std::string random_text(std::size_t size) {
  std::mt19937_64 random(7);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

class SourceFiles : public testing::Test {
 protected:
  fs::path write(const std::string& name, std::string_view content) {
    return tests::write_file(folder_ / name, content);
  }
  std::string unpacked(std::string_view packed) {
    return std::string(SourceFile(write("f.gz", packed), true, folder_ / "tmp").bytes());
  }
  std::string refusal(std::string_view packed) {
    const std::string message = tests::message_of<Error>([&] { unpacked(packed); });
    EXPECT_NE(message.find((folder_ / "f.gz").string()), std::string::npos) << message;
    return message;
  }

  tests::TemporaryFolder folder_;
};

TEST_F(SourceFiles, FingerprintIsOfTheBytesAsTheyLie) {
  const auto a = fingerprint(write("a", "some text"));
  EXPECT_EQ(a.bytes, 9);
  EXPECT_EQ(a.checksum.size(), 32u);
  EXPECT_EQ(a.checksum.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(fingerprint(write("b", "some text")).checksum, a.checksum);
  EXPECT_NE(fingerprint(write("c", "some texu")).checksum, a.checksum);
  EXPECT_NE(fingerprint(write("d", gzip("some text"))).checksum, a.checksum);
}

TEST_F(SourceFiles, FingerprintIsXxh3Of128Bits) {
  // The published test value of XXH3_128bits for no input and seed 0.
  const auto nothing = fingerprint(write("nothing", ""));
  EXPECT_EQ(nothing.checksum, "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(nothing.bytes, 0);
}

TEST_F(SourceFiles, FingerprintOfALargeFileCountsEveryByte) {
  std::string text = random_text(3'500'000);
  const auto before = fingerprint(write("large", text));
  EXPECT_EQ(before.bytes, 3'500'000);
  text[2'345'678] = '!';
  EXPECT_NE(fingerprint(write("large", text)).checksum, before.checksum);
}

TEST_F(SourceFiles, APlainFileIsMappedAsItIs) {
  const fs::path path = write("plain", "a\nb\0c");
  EXPECT_EQ(SourceFile(path, false, folder_ / "tmp").bytes(), "a\nb");
  EXPECT_EQ(SourceFile(write("empty", ""), false, folder_ / "tmp").bytes(), "");
}

TEST_F(SourceFiles, AFileThatCannotBeReadIsNamed) {
  const fs::path gone = folder_ / "gone.csv";
  for (const std::string& message :
       {tests::message_of<Error>([&] { fingerprint(gone); }),
        tests::message_of<Error>([&] { SourceFile(gone, false, folder_ / "tmp"); }),
        tests::message_of<Error>([&] { SourceFile(gone, true, folder_ / "tmp"); }),
        tests::message_of<Error>([&] { fingerprint(folder_.path()); })}) {
    EXPECT_NE(message.find(folder_.path().string()), std::string::npos) << message;
  }
}

TEST_F(SourceFiles, AMemberIsUnpacked) {
  EXPECT_EQ(unpacked(gzip("one,two\n")), "one,two\n");
  EXPECT_EQ(unpacked(gzip("")), "");
}

TEST_F(SourceFiles, SeveralMembersAreOneText) {
  EXPECT_EQ(unpacked(gzip("one\n") + gzip("") + gzip("two\n") + gzip("three")), "one\ntwo\nthree");
}

TEST_F(SourceFiles, LargeMembersAreUnpackedWhole) {
  const std::string zeros(5 * 1024 * 1024, '0');  // packs to a few bytes: the output is the limit
  const std::string random = random_text(4 * 1024 * 1024 + 3);
  EXPECT_TRUE(unpacked(gzip(zeros)) == zeros);
  EXPECT_TRUE(unpacked(gzip(random) + gzip(zeros) + gzip(random)) == random + zeros + random);
}

TEST_F(SourceFiles, OutputThatFillsTheBufferExactlyIsUnpackedWhole) {
  for (const std::size_t size : {(1u << 20) - 1, 1u << 20, (1u << 20) + 1, 2u << 20}) {
    const std::string text(size, 'x');
    EXPECT_TRUE(unpacked(gzip(text)) == text) << size;
    EXPECT_TRUE(unpacked(gzip(text) + gzip("tail")) == text + "tail") << size;
    refusal(gzip(text) + "x");
    refusal(gzip(text).substr(0, gzip(text).size() - 1));
  }
}

TEST_F(SourceFiles, AMemberThatStartsWhereAReadEndsIsUnpacked) {
  // The member before ends within three bytes of a read's end; the file name in its head pads.
  const std::string named_head("\x1f\x8b\x08\x08\0\0\0\0\0\x03", 10);
  const std::string plain = gzip("p");
  const std::string first = gzip(random_text(1'500'000));
  const std::size_t least = first.size() + plain.size() + 1;
  ASSERT_LT(least, (1u << 20) - 3);
  for (std::size_t size = (1u << 20) - 3; size <= (1u << 20) + 3; ++size) {
    const std::string packed = first + named_head + std::string(size - least, 'n') +
                               std::string(1, '\0') + plain.substr(10);
    ASSERT_EQ(packed.size(), size);
    EXPECT_TRUE(unpacked(packed + gzip("tail")).ends_with("ptail")) << size;
    refusal(packed + "tail");
  }
}

TEST_F(SourceFiles, ATruncatedMemberIsRefused) {
  const std::string packed = gzip(random_text(10'000));
  for (const std::size_t kept : {std::size_t{1}, std::size_t{5}, std::size_t{10}, packed.size() / 2,
                                 packed.size() - 8, packed.size() - 1}) {
    refusal(packed.substr(0, kept));
    refusal(gzip("whole") + packed.substr(0, kept));
  }
}

TEST_F(SourceFiles, AnythingBehindTheMembersIsRefused) {
  for (const std::string& garbage :
       {std::string("x"), std::string("\n"), std::string(1, '\0'), std::string(512, '\0'),
        std::string("\x1f"), std::string("\x1f\x8b"), std::string("plain text\n")}) {
    refusal(gzip("text") + garbage);
  }
  refusal(gzip("text") + "x" + gzip("more"));
}

TEST_F(SourceFiles, WhatIsNoGzipIsRefused) {
  refusal("");
  refusal("order_id,customer_id\n1,2\n");
  refusal(std::string("\x78\x9c\x03\x00\x00\x00\x00\x01", 8));  // zlib without gzip's head
  std::string damaged = gzip(random_text(1'000));
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // its checksum
  refusal(damaged);
  std::string wrong_size = gzip("abc");
  wrong_size[wrong_size.size() - 4] = 9;
  refusal(wrong_size);
}

TEST_F(SourceFiles, UnpackedTextLeavesNoFileBehind) {
  unpacked(gzip("text"));
  refusal("no gzip");
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(SourceFiles, ATemporaryFolderThatCannotBeMadeIsAnError) {
  write("tmp", "a file in its place");
  EXPECT_THROW(SourceFile(write("f.gz", gzip("x")), true, folder_ / "tmp"), std::exception);
}

TEST_F(SourceFiles, AnUnchangedFileIsAccepted) {
  const fs::path path = write("f.csv", "text");
  const FileIdentity identity = fingerprint(path).identity;
  const SourceFile file(path, false, folder_ / "tmp");
  EXPECT_NO_THROW(file.expect_unchanged_since(identity));
}

TEST_F(SourceFiles, AFileThatAnotherIsPutInPlaceOfBeforeItIsReadIsNamed) {
  const fs::path path = write("f.csv", "one");
  const FileIdentity identity = fingerprint(path).identity;
  fs::rename(write("f.csv.part", "two"), path);
  const SourceFile file(path, false, folder_ / "tmp");
  EXPECT_NE(tests::message_of<Error>([&] { file.expect_unchanged_since(identity); }).find("f.csv"),
            std::string::npos);
}

TEST_F(SourceFiles, AFileThatChangesWhileItIsReadIsNamed) {
  const auto changed_message = [&](const auto& change) {
    const fs::path path = write("f.csv", "text");
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    const FileIdentity identity = fingerprint(path).identity;
    const SourceFile file(path, false, folder_ / "tmp");
    change(path);
    return tests::message_of<Error>([&] { file.expect_unchanged_since(identity); });
  };
  for (const std::string& message :
       {changed_message([](const fs::path& path) { tests::write_file(path, "text and more"); }),
        changed_message([](const fs::path& path) { tests::write_file(path, "tex!"); }),
        changed_message([](const fs::path& path) { fs::remove(path); })}) {
    EXPECT_NE(message.find("f.csv"), std::string::npos) << message;
  }
}

TEST_F(SourceFiles, AGzippedFileThatChangesWhileItIsReadIsNamed) {
  const fs::path path = write("f.csv.gz", gzip("text"));
  const FileIdentity identity = fingerprint(path).identity;
  const SourceFile file(path, true, folder_ / "tmp");
  EXPECT_NO_THROW(file.expect_unchanged_since(identity));
  tests::write_file(path, gzip("another text"));
  EXPECT_THROW(file.expect_unchanged_since(identity), Error);
}

}  // namespace
}  // namespace cartograph::ingestion
