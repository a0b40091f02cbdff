"""Reference data as dated, versioned tables: the ROME, communes, activities, dispositifs, declared passerelles."""
